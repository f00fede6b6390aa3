"""Which keys and indexes came, went and changed between two descriptions. Knows no Django."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from catalog.history.changes import BREAKING, COMPATIBLE, DOCUMENTATION, STRICT, Change, Schema

Part = Mapping[str, Any]


def key_changes(before: Schema, after: Schema, now: Mapping[str, str]) -> Iterator[Change]:
    """Primary key, unique keys, foreign keys, indexes; `now` is the new name of each old column.

    A key whose columns are only called otherwise is the same key. One that the source still has, although the
    harvest does not read what it refers to, is not lost.
    """
    elsewhere = {*before.get("keys_elsewhere", ()), *after.get("keys_elsewhere", ())}
    yield from _primary(_renamed(before.get("primary_key", ()), now), list(after.get("primary_key", ())))
    old = [_renamed(columns, now) for columns in before.get("unique", ())]
    yield from _unique(old, [list(columns) for columns in after.get("unique", ())])
    for key, what in (("foreign_keys", "foreign_key"), ("indexes", "index")):
        parts = [{**part, "columns": _renamed(part["columns"], now)} for part in before.get(key, ())]
        unread = elsewhere if what == "foreign_key" else set()
        yield from _parts(what, parts, list(after.get(key, ())), unread)


def _renamed(columns: Sequence[str], now: Mapping[str, str]) -> list[str]:
    return [now.get(name, name) for name in columns]


def _primary(old: list[str], new: list[str]) -> Iterator[Change]:
    if old == new:
        return
    if not old:
        yield Change("primary_key_added", STRICT, "", None, new)
    elif not new:
        yield Change("primary_key_removed", BREAKING, "", old, None)
    else:
        yield Change("primary_key_changed", BREAKING, "", old, new)


def _unique(old: list[list[str]], new: list[list[str]]) -> Iterator[Change]:
    for columns in new:
        if columns not in old:
            yield Change("unique_added", STRICT, "", None, columns)
    for columns in old:
        if columns not in new:
            yield Change("unique_removed", BREAKING, "", columns, None)


def _parts(what: str, old: Sequence[Part], new: Sequence[Part], unread: Collection[str]) -> Iterator[Change]:
    """Parts are the same by their names, else by all that they say besides.

    Those named in `unread` only came into what is read, or went out of it.
    """
    same = _same(old, new)
    for at, part in enumerate(new):
        was = old[same[at]] if at in same else None
        if was is None:
            impact = COMPATIBLE if part["name"] in unread else _of_added(what, part)
            yield Change(f"{what}_added", impact, "", None, part)
        elif was != part:
            yield Change(f"{what}_changed", _of_changed(what, was, part), "", was, part)
    for at, part in enumerate(old):
        if at not in same.values():
            impact = COMPATIBLE if part["name"] in unread else _of_removed(what, part)
            yield Change(f"{what}_removed", impact, "", part, None)


def _same(old: Sequence[Part], new: Sequence[Part]) -> dict[int, int]:
    """The place in `old` of each part of `new` that was there."""
    places = {part["name"]: at for at, part in enumerate(old)}
    found = {at: places[part["name"]] for at, part in enumerate(new) if part["name"] in places}
    left = {at for at in range(len(old)) if at not in found.values()}
    for at, part in enumerate(new):
        twin = next((place for place in sorted(left) if _content(old[place]) == _content(part)), None)
        if at not in found and twin is not None:
            found[at] = twin
            left.remove(twin)
    return found


def _content(part: Part) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key != "name"}


def _promises(what: str, part: Part) -> bool:
    """Whether it says something of every row: a foreign key, or an index that lets no two be the same."""
    return what == "foreign_key" or bool(part.get("unique"))


def _of_added(what: str, part: Part) -> str:
    return STRICT if _promises(what, part) else COMPATIBLE


def _of_removed(what: str, part: Part) -> str:
    return BREAKING if _promises(what, part) else COMPATIBLE


def _of_changed(what: str, was: Part, now: Part) -> str:
    if _content(was) == _content(now):
        return DOCUMENTATION
    if _promises(what, was) and (not _promises(what, now) or was["columns"] != now["columns"]):
        return BREAKING
    return _of_added(what, now)
