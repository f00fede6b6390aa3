"""The parts of the home page: a room says once what it shows there. Knows no Django."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

PLACES = ("top", "main")


@dataclass(frozen=True)
class HomePart:
    """`template` is included where `told(reader)` tells something, which it finds as `part`.

    `told` gives what `reader` may see and nothing else, in a number of queries that does not grow with the
    rows. It is asked where `reader` has the `permission`; empty is everybody. "top" is as wide as the page,
    "main" a column of it; parts stand in their `order`.
    """

    template: str
    told: Callable[[User], Any]
    permission: str = ""
    place: str = "main"
    order: int = 50


@dataclass(frozen=True)
class Filled:
    template: str
    part: Any


PARTS: list[HomePart] = []


def add_home_part(part: HomePart) -> None:
    """Register once; registering the same again changes nothing. Raises `ValueError` for an unknown place."""
    if part.place not in PLACES:
        raise ValueError(f"There is no place {part.place!r} on the home page.")
    if part not in PARTS:
        PARTS.append(part)
        PARTS.sort(key=lambda one: one.order)


def filled(reader: User) -> dict[str, list[Filled]]:
    """What the rooms tell `reader` at home, by place."""
    found: dict[str, list[Filled]] = {place: [] for place in PLACES}
    for each in PARTS:
        if not each.permission or reader.has_perm(each.permission):
            part = each.told(reader)
            if part:
                found[each.place].append(Filled(each.template, part))
    return found
