"""What changed between two descriptions of one asset, and what it breaks. Knows no Django.

A description ("schema" below) is what `catalog.harvest.compare.described` makes of a harvested asset: plain
JSON, so that it can be kept, compared and shown years later.

A change is breaking where somebody who read before may fail now. What they could select must still be there
(Confluent Schema Registry, "Schema Evolution and Compatibility": forward compatible is to add fields and to
delete optional ones only), of a type that holds every value told the same way (Apache Iceberg,
"Schema Evolution": type promotion), and what was promised of each row must still hold: dbt ("Model
contracts") counts a changed type and a removed constraint as breaking too. So a column that may be empty by
now, or a key that is gone, breaks; not so a foreign key that the source still has, to a table that the
harvest does not read any more (`keys_elsewhere` names those). A column that takes fewer values than before,
or a new key, can refuse what is written, but breaks no reader: it is "strict". A view with another
definition and the same columns is compatible. Words for people are "documentation".
"""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.history.changes import BREAKING, COMPATIBLE, DOCUMENTATION, STRICT, Change, Schema
from catalog.history.keys import key_changes
from catalog.history.types import widens

OF_ASSET = {  # a fact about the whole asset: what its change is called, and what it breaks
    "kind": ("kind_changed", COMPATIBLE),
    "view_sql": ("definition_changed", COMPATIBLE),
    "depends_on": ("reads_changed", COMPATIBLE),
    "inherits": ("inheritance_changed", COMPATIBLE),
    "owner": ("owner_changed", DOCUMENTATION),
    "comment": ("comment_changed", DOCUMENTATION),
}


def compare(before: Schema, after: Schema) -> list[Change]:
    """Every difference: columns in the order of the new description, those that are gone, keys, the whole."""
    origin = _origin(before, after)
    return [
        *_columns(before, after, origin),
        *key_changes(before, after, _now(before, origin)),
        *_whole(before, after),
    ]


def _now(before: Schema, origin: Mapping[str, str]) -> dict[str, str]:
    """The new names of renamed columns; none where another column took over the name of one that is gone."""
    gone = _by_name(before).keys() - set(origin.values())
    return {} if gone & origin.keys() else {was: name for name, was in origin.items()}


def _by_name(schema: Schema) -> dict[str, Schema]:
    return {column["name"]: column for column in schema.get("columns", ())}


def _origin(before: Schema, after: Schema) -> dict[str, str]:
    """The old name of each column that was there before: the one of its id, else its own name."""
    old, new = _by_name(before), _by_name(after)
    ids = {column["id"]: name for name, column in old.items() if column.get("id")}
    known = {name: ids[column["id"]] for name, column in new.items() if column.get("id") in ids}
    taken = set(known.values())
    return {
        name: known.get(name, name) for name in new if name in known or (name in old and name not in taken)
    }


def _columns(before: Schema, after: Schema, origin: Mapping[str, str]) -> Iterator[Change]:
    old, new = _by_name(before), _by_name(after)
    for name, column in new.items():
        if name not in origin:
            yield Change("column_added", _of_added(column), name, None, _told(column))
            continue
        if name != origin[name]:
            yield Change("column_renamed", BREAKING, name, origin[name], name)
        yield from _column(name, old[origin[name]], column)
    kept = set(origin.values())
    for name in (name for name in old if name not in kept):
        yield Change("column_removed", BREAKING, name, _told(old[name]), None)
    yield from _order(old, new, origin)


def _order(old: Mapping[str, Any], new: Mapping[str, Any], origin: Mapping[str, str]) -> Iterator[Change]:
    """Those of both descriptions in another order, by their names of now."""
    now = {was: name for name, was in origin.items()}
    before, after = [now[name] for name in old if name in now], [name for name in new if name in origin]
    if before != after:
        yield Change("columns_reordered", DOCUMENTATION, "", before, after)


def _of_added(column: Schema) -> str:
    """A new column that every writer must fill refuses who does not know it."""
    return COMPATIBLE if column.get("nullable", True) or column.get("default") else STRICT


def _column(name: str, was: Schema, now: Schema) -> Iterator[Change]:
    if was["type"] != now["type"]:
        impact = COMPATIBLE if widens(was["type"], now["type"]) else BREAKING
        yield Change("type_changed", impact, name, was["type"], now["type"])
    before, after = was.get("nullable", True), now.get("nullable", True)
    if before != after:
        yield Change("nullable_changed", BREAKING if after else STRICT, name, before, after)
    before, after = was.get("default", ""), now.get("default", "")
    if before != after:
        must_fill = not after and not now.get("nullable", True)
        yield Change("default_changed", STRICT if must_fill else COMPATIBLE, name, before, after)
    before, after = was.get("comment", ""), now.get("comment", "")
    if before != after:
        yield Change("comment_changed", DOCUMENTATION, name, before, after)


def _whole(before: Schema, after: Schema) -> Iterator[Change]:
    for key, (what, impact) in OF_ASSET.items():
        if before.get(key) != after.get(key):
            yield Change(what, impact, "", before.get(key), after.get(key))


def _told(column: Schema) -> dict[str, Any]:
    return {key: value for key, value in column.items() if key not in ("name", "id")}
