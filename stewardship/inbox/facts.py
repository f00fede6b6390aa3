from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ManyDecided(Fact):
    """Somebody decided about many things at once; each of them has its own fact. `subject`: which way."""

    name = "inbox.many_decided"
    object_type = "inbox"
    done: int
    refused: int
    reason: str
