"""What people talk about, follow and announce: a room says so once, when it loads. Knows no Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from stewardship.notices.subjects import notice_subject

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


@dataclass(frozen=True)
class Kind:
    """One kind of thing, "asset" for example; `one` is a stored row of it, with a `code`.

    `rows(reader)`: what a reader may see, as a queryset. `answered_by(user)`: what a person answers for,
    and `answering(one)`: who answers for one, by primary key; the two agree. `announced_by(user)`: on what
    a person may announce something. `seers(one, people)`: which of the people may see it, where that can be
    asked for many at once; it agrees with `rows`. `talked_at(one)`: the page where it is talked about.
    `parts(one)`: (kind, rows) of what belongs to it and is talked about with it, and `part_of(one)` the
    other way round: (kind, code), whose followers are told of it. `inside(one)`: (kind, rows) of what an
    announcement about it concerns too. `is_few`: so few that they can be offered in a list.
    """

    name: str
    label: str
    rows: Callable[[User], Any]
    answered_by: Callable[[User], Any]
    answering: Callable[[Any], set[int]]
    announced_by: Callable[[User], Any] | None = None
    seers: Callable[[Any, Any], set[int]] | None = None
    talked_at: Callable[[Any], str] | None = None
    title: Callable[[Any], str] = str
    address: Callable[[Any], str] = lambda one: str(one.get_absolute_url())
    parts: Callable[[Any], Iterable[tuple[str, Any]]] = lambda one: ()
    part_of: Callable[[Any], tuple[str, UUID]] | None = None
    inside: Callable[[Any], Iterable[tuple[str, Any]]] = lambda one: ()
    is_followed: bool = False
    is_few: bool = False


KINDS: dict[str, Kind] = {}


def add_subject(kind: Kind) -> None:
    """Register; notices may be about it from then on, too."""
    KINDS[kind.name] = kind
    notice_subject(kind.name, kind.rows)
