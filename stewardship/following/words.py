"""What changed about a thing, in words that name nothing else. Knows no Django."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

MOST_NAMED = 4
LIFE = {
    "deprecated": "is deprecated",
    "archived": "is archived",
    "retired": "is retired",
    "active": "is active",
    "approved": "is approved",
    "in_review": "is in review",
    "draft": "is a draft again",
}
WARNS = {"deprecated", "archived", "retired"}


class Said(NamedTuple):
    topic: str
    words: str
    severity: str


def changed(after: Mapping[str, Any]) -> Said:
    """The gravest of what changed: its life, else which attributes; never their values."""
    status = after.get("status")
    if status in LIFE:
        return Said("lifecycle", LIFE[status], "warning" if status in WARNS else "info")
    return Said("metadata", f"changed: {listed(after)}", "info")


def listed(names: Collection[str]) -> str:
    """has_personal_data, owner -> "has personal data, owner"; the fifth and on are only counted."""
    shown = [name.replace("_", " ") for name in names][:MOST_NAMED]
    more = len(names) - len(shown)
    return ", ".join([*shown, *([f"{more} more"] if more else [])])
