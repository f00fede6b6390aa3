from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class DdlFeedsChanged(Fact):
    """The portal listens to these databases of a source, and to no other, for changes of their schemas."""

    name = "ddl.feeds_changed"
    object_type = "source"
    databases: list[str]
