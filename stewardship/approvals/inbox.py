"""What else waits in the inbox: a room registers how it counts and lists what waits for a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


@dataclass(frozen=True)
class Line:
    """One thing to decide: what it is about, where, what is asked, by whom, why, since when."""

    about: str
    url: str
    asked: str
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Waiting:
    """`rows(user)` is a queryset, to be counted; `lines(user)` takes a constant number of queries."""

    title: str
    rows: Callable[[User], Any]
    lines: Callable[[User], list[Line]]


WAITING: list[Waiting] = []


def add_waiting(waiting: Waiting) -> None:
    """Register once; registering the same again changes nothing."""
    if waiting not in WAITING:
        WAITING.append(waiting)


def sections(user: User) -> list[tuple[str, list[Line]]]:
    """Return (title, lines) of what waits for `user`; a room with nothing to decide is left out."""
    found = ((each.title, each.lines(user)) for each in WAITING)
    return [(title, lines) for title, lines in found if lines]


def waiting_for(user: User, *more: Any) -> int:
    """Return how many things wait for `user`, with those of the querysets `more`: one query in all."""
    asked = (*more, *(each.rows(user) for each in WAITING))
    first, *others = (rows.order_by().values("pk") for rows in asked)
    return int(first.union(*others, all=True).count())
