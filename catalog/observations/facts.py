from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class AssetsObserved(Fact):
    """Events taught us something new about assets without a source; `subject` is the first one's code."""

    name = "catalog.assets_observed"
    object_type = "asset"
    count: int
    names: list[str]
    new_fields: int
