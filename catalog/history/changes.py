"""One difference between two descriptions of an asset, and what it does to whom. Knows no Django."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Schema = Mapping[str, Any]
BREAKING, STRICT, COMPATIBLE, DOCUMENTATION = "breaking", "strict", "compatible", "documentation"
IMPACTS = (BREAKING, STRICT, COMPATIBLE, DOCUMENTATION)  # the worst first


@dataclass(frozen=True)
class Change:
    """One difference. `before` and `after` are JSON values; `column` is empty where it is about the asset."""

    what: str
    impact: str
    column: str = ""
    before: Any = None
    after: Any = None

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def worst(changes: list[Change]) -> str:
    """The impact of all of them together; empty without changes."""
    return next((each for each in IMPACTS if any(change.impact == each for change in changes)), "")
