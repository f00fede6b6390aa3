from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from accesscontrol.identity.models import User
from stewardship.approvals.inbox import WAITING, Line, Waiting
from stewardship.inbox.waits import EVERYTHING, MINE, OVERDUE, SOON, TEAM, Asked, is_aged, is_due, urgency


@dataclass(frozen=True)
class Item:
    """A line of one kind, and what can be done with it from the list."""

    waiting: Waiting
    line: Line

    @property
    def key(self) -> str:
        """Names it in forms and addresses; empty where it is decided on its own page only."""
        return f"{self.waiting.kind}:{self.line.code}" if self.line.code else ""

    @property
    def kind(self) -> str:
        return self.waiting.kind

    @property
    def beside(self) -> str:
        """The address of the part of a page that shows it beside the list; empty where there is none."""
        own = f"{reverse('inbox:line')}?item={self.key}" if self.key else ""
        return self.line.detail or own

    @property
    def is_overdue(self) -> bool:
        return is_due(self.line.due, OVERDUE, timezone.now())

    @property
    def is_soon(self) -> bool:
        return not self.is_overdue and is_due(self.line.due, SOON, timezone.now())

    @property
    def can(self) -> list[str]:
        """Which of "approve", "reject" and "hand_over" can be done here."""
        names = ("approve", "reject", "hand_over")
        return [name for name in names if self.line.code and getattr(self.waiting, name)]


@dataclass(frozen=True)
class Waits:
    """What waits for somebody: all of it, what was asked for, and how many of each kind would fit."""

    everything: list[Item]
    found: list[Item]
    kinds: list[tuple[str, str, int]]


def waits(*, reader: User, asked: Asked = EVERYTHING) -> Waits:
    """Return what waits for `reader`, the most urgent first. The number of queries does not grow with it."""
    everything = [Item(each, line) for each in WAITING for line in each.lines(reader)]
    everything.sort(key=lambda item: urgency(item.line.due, item.line.at))
    fitting = [item for item in everything if _fits(item, asked)]
    numbers = Counter(item.kind for item in fitting)
    kinds = [(each.kind, each.title, numbers[each.kind]) for each in WAITING if numbers[each.kind]]
    return Waits(everything, [item for item in fitting if asked.kind in {"", item.kind}], kinds)


def _fits(item: Item, asked: Asked) -> bool:
    line, now = item.line, timezone.now()
    return (
        is_due(line.due, asked.due, now)
        and is_aged(line.at, asked.age, now)
        and (asked.whose not in {MINE, TEAM} or line.mine == (asked.whose == MINE))
        and asked.author in {"", line.author}
        and asked.subject in {"", str(line.subject)}
    )


def find_item(*, reader: User, key: str) -> Item | None:
    """Return one thing that waits for `reader`, by its key."""
    kind, _, code = key.partition(":")
    waiting = kind_named(kind)
    lines = waiting.lines(reader) if waiting else []
    return next((Item(waiting, line) for line in lines if waiting and str(line.code) == code), None)


def kind_named(kind: str) -> Waiting | None:
    return next((each for each in WAITING if each.kind == kind), None)


def parsed(key: str) -> tuple[Waiting | None, UUID | None]:
    """Return the kind and the code that a key names, None for what it does not."""
    kind, _, code = key.partition(":")
    try:
        return kind_named(kind), UUID(code)
    except ValueError:
        return kind_named(kind), None


def named(keys: Sequence[str], *, reader: User) -> dict[str, Item]:
    """Return by key those of these that wait for `reader`: one look at each kind that is named."""
    wanted: dict[str, Any] = {kind: kind_named(kind) for kind in {key.partition(":")[0] for key in keys}}
    found = [Item(each, line) for each in wanted.values() if each for line in each.lines(reader)]
    return {item.key: item for item in found if item.key in keys}
