"""Parts that other rooms put on the pages of an asset, and into the drawer of a field.

Places: "banner" above everything, "chips" in the heading, "actions" beside it, "overview" and "aside" on
the first tab, "drawer" in the panel of a field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

PLACES = ("banner", "chips", "actions", "overview", "aside", "drawer")


@dataclass(frozen=True)
class Slot:
    """`template` is included where `told(reader, thing)` tells something, which it finds as `part`.

    The thing is an asset, in the drawer a field, that the reader sees already. The query of `told` is one
    for the whole page: it must not grow with the number of rows.
    """

    place: str
    template: str
    told: Callable[[User, Any], Any]
    order: int = 50


@dataclass(frozen=True)
class Filled:
    template: str
    part: Any


SLOTS: list[Slot] = []


def add_slot(slot: Slot) -> None:
    """Register once; registering the same slot again changes nothing."""
    if slot.place not in PLACES:
        raise ValueError(f"There is no place {slot.place!r} on the page of an asset.")
    if slot not in SLOTS:
        SLOTS.append(slot)
        SLOTS.sort(key=lambda one: one.order)


def filled(reader: User, thing: Any, *places: str) -> dict[str, list[Filled]]:
    """What the rooms put into these places, for one reader of one thing."""
    found: dict[str, list[Filled]] = {place: [] for place in places}
    for slot in SLOTS:
        if slot.place in found:
            part = slot.told(reader, thing)
            if part:
                found[slot.place].append(Filled(slot.template, part))
    return found
