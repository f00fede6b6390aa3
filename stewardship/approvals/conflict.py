"""What a proposal was made for, what it says, and what is there now: field by field. Knows no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

APPLIES, CHANGED, DONE = "applies", "changed", "done"


@dataclass(frozen=True)
class Difference:
    """One field: whether it still applies, somebody changed it meanwhile, or it is done already."""

    key: str
    base: Any
    proposed: Any
    present: Any

    @property
    def state(self) -> str:
        if self.present == self.proposed:
            return DONE
        return APPLIES if self.present == self.base else CHANGED


def compare(
    base: Mapping[str, Any], proposed: Mapping[str, Any], present: Mapping[str, Any]
) -> list[Difference]:
    return [Difference(key, base.get(key), proposed[key], present.get(key)) for key in proposed]


def conflicts(differences: list[Difference]) -> list[str]:
    """The fields that somebody changed meanwhile: applying the proposal would overwrite that."""
    return [each.key for each in differences if each.state != APPLIES]
