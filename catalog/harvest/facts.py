from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class SourceHarvested(Fact):
    """The catalog now says what the source said; `subject` is the source's code, the rest counts assets."""

    name = "harvest.source_harvested"
    object_type = "source"
    harvest: str  # its code
    created: int
    changed: int
    returned: int
    missing: int  # for the first time: a whole listing was without them
    removed: int
    databases: list[str]  # those that were read to their end and applied
    accepted: bool  # removals beyond the fail-safe were accepted by who asked


@dataclass(frozen=True, kw_only=True)
class HarvestFailed(Fact):
    """A source, or one of its databases, could not be read or was not believed; `reason` holds no secret."""

    name = "harvest.failed"
    object_type = "source"
    outcome = "failure"
    reason: str


@dataclass(frozen=True, kw_only=True)
class OldHarvestsDeleted(Fact):
    """Harvests that ended before the moment that is the subject are forgotten, where nothing needs them."""

    name = "harvest.old_deleted"
    object_type = "harvest"
    number: int
