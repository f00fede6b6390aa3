"""Which of the things that went and of those that came are the same. Knows no Django."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

ENOUGH_COLUMNS = 3
Columns = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Thing:
    """An asset: its key, what it must share with its other self, and what may tell that it is the same."""

    pk: int
    place: tuple[str, ...]  # kind, database: another place is another thing
    stable_id: str = ""
    columns: Columns = frozenset()  # (name, type)


def certain(old: Iterable[Thing], new: Iterable[Thing]) -> list[tuple[int, int]]:
    """Pairs of keys with the same id in the source."""
    return _pairs(
        {thing.pk: (thing.place, thing.stable_id) for thing in old if thing.stable_id},
        {thing.pk: (thing.place, thing.stable_id) for thing in new if thing.stable_id},
    )


def likely(old: Iterable[Thing], new: Iterable[Thing]) -> list[tuple[int, int]]:
    """Pairs of keys with the same columns, at least three, where a source gives no ids to tell by."""
    return _pairs(_by_columns(old), _by_columns(new))


def _by_columns(things: Iterable[Thing]) -> dict[int, Hashable]:
    return {
        thing.pk: (thing.place, thing.columns)
        for thing in things
        if not thing.stable_id and len(thing.columns) >= ENOUGH_COLUMNS
    }


def _pairs(old: dict[int, Hashable], new: dict[int, Hashable]) -> list[tuple[int, int]]:
    """Those that have exactly one candidate on each side."""
    once = {mark for mark, number in Counter(old.values()).items() if number == 1}
    once &= {mark for mark, number in Counter(new.values()).items() if number == 1}
    came = {mark: pk for pk, mark in new.items()}
    return [(pk, came[mark]) for pk, mark in old.items() if mark in once]
