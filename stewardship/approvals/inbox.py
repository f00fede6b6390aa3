"""What waits in the inbox: a room registers how it counts, lists and, where it can, decides what waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

Decide = Callable[["User", UUID, str], None]
MOST_LINES = 1000  # of one kind: the most urgent


@dataclass(frozen=True)
class Line:
    """One thing to decide: what it is about, where, what is asked, by whom, why, since when.

    What a room may say besides: `code` names it, for decisions about many at once; `due`; `mine`: asked of
    this person by name, not of everybody who may; `note`: a remark, such as for whom they stand in;
    `author`: the user name behind `by`; `subject`: what it is about, so that more about it is found;
    `detail`: the address of the part of a page that shows it beside the list.
    """

    about: str
    url: str
    asked: str
    by: str
    reason: str
    at: datetime
    code: UUID | None = None
    due: datetime | None = None
    mine: bool = True
    note: str = ""
    author: str = ""
    subject: UUID | None = None
    detail: str = ""


@dataclass(frozen=True)
class Waiting:
    """`rows(user)` is a queryset, to be counted; `lines(user)` takes a constant number of queries.

    What a room may say besides, for lines that have a code: `approve(user, code, reason)`, `reject` the same,
    and `hand_over(user, code, deputy, reason)` do it in the room's own service; they raise `Refused` or
    `ValidationError`, also for what does not wait for `user`. `words` name the first two.
    """

    title: str
    rows: Callable[[User], Any]
    lines: Callable[[User], list[Line]]
    approve: Decide | None = None
    reject: Decide | None = None
    hand_over: Callable[[User, UUID, User, str], None] | None = None
    words: tuple[str, str] = ("Approve", "Reject")

    @property
    def kind(self) -> str:
        """Its name in addresses."""
        return self.title.lower().replace(" ", "-")


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
