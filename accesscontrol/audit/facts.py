"""A fact is something that happened, said in the past tense. Imports nothing but Django's Signal."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from django.dispatch import Signal

announced = Signal()


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Who (`actor`: a username, or "system") did `name` to `object_type` `subject`; the rest is detail."""

    name: ClassVar[str]
    object_type: ClassVar[str]
    outcome: ClassVar[str] = "success"
    subject: str
    actor: str

    def content(self) -> dict[str, Any]:
        details = asdict(self)
        return {
            "action": self.name,
            "object_type": self.object_type,
            "object_id": details.pop("subject"),
            "actor": details.pop("actor"),
            "outcome": self.outcome,
            "details": details,
        }
