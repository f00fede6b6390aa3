from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class EventReplayed(Fact):
    """Somebody asked to read a kept event once more; `reason` is why it was rejected before."""

    name = "lineage.event_replayed"
    object_type = "lineage_event"
    reason: str
