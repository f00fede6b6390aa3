from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class SourceHarvested(Fact):
    """The catalog now says what the source said; `subject` is the source's code, the rest counts assets."""

    name = "harvest.source_harvested"
    object_type = "source"
    created: int
    changed: int
    removed: int
    returned: int
    databases: list[str]  # those that were read to their end


@dataclass(frozen=True, kw_only=True)
class HarvestFailed(Fact):
    """A source, or one of its databases, could not be read; `reason` holds no secret."""

    name = "harvest.failed"
    object_type = "source"
    outcome = "failure"
    reason: str
