"""How long something waits, and how urgent it is. Knows no Django."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MINE, TEAM = "mine", "team"
OVERDUE, SOON, WEEK, LATER, NEVER = "overdue", "soon", "week", "later", "never"
DUE = {
    OVERDUE: "Overdue",
    SOON: "By tomorrow, or overdue",
    WEEK: "Within 7 days",
    NEVER: "Without a date",
}
AGES = {"new": "Since yesterday", "week": "For up to a week", "old": "For more than a week"}
_LIMITS = {SOON: timedelta(days=1), WEEK: timedelta(days=7)}


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; empty is all."""

    kind: str = ""
    age: str = ""
    due: str = ""
    whose: str = ""
    author: str = ""
    subject: str = ""


EVERYTHING = Asked()


def is_due(due: datetime | None, asked: str, now: datetime) -> bool:
    """Whether it is due as `asked`, a key of DUE; what is asked wrongly leaves nothing out."""
    if asked == NEVER:
        return due is None
    if asked == OVERDUE:
        return due is not None and due <= now
    return asked not in _LIMITS or (due is not None and due <= now + _LIMITS[asked])


def is_aged(since: datetime, asked: str, now: datetime) -> bool:
    """Whether it waits for as long as `asked`, a key of AGES."""
    age = now - since
    limits = {
        "new": age <= timedelta(days=1),
        "week": age <= timedelta(days=7),
        "old": age > timedelta(days=7),
    }
    return limits.get(asked, True)


def urgency(due: datetime | None, since: datetime) -> tuple[bool, datetime, datetime]:
    """Sorts by due time, what has none last; then what waits longest."""
    return due is None, due or since, since
