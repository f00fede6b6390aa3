from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class AssetTermsChanged(Fact):
    """An asset, or one of its fields, is about other terms now; by their slugs."""

    name = "glossary.asset_terms_changed"
    object_type = "asset"
    field: str
    before: dict[str, list[str]]
    after: dict[str, list[str]]
