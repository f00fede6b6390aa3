"""What changed between two descriptions of one asset, and what it breaks. Knows no Django.

A description ("schema" below) is what `described` makes of a harvested asset: plain JSON, so that it can
be kept, compared and shown years later.

Whether a change is breaking follows the usual rule of schema evolution for those who read: what they could
select before must still be there, of a type that holds no more than they are ready for (Confluent Schema
Registry calls that forward compatible). A column that takes fewer values than before, or a new key, can
refuse what is written, but breaks no reader: it is "strict". Words for people are "documentation".
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from catalog.history.types import widens

Schema = Mapping[str, Any]
BREAKING, STRICT, COMPATIBLE, DOCUMENTATION = "breaking", "strict", "compatible", "documentation"
IMPACTS = (BREAKING, STRICT, COMPATIBLE, DOCUMENTATION)  # the worst first
OF_ASSET = {  # a fact about the whole asset: what its change is called, and what it breaks
    "primary_key": ("primary_key_changed", STRICT),
    "unique": ("unique_changed", STRICT),
    "foreign_keys": ("foreign_keys_changed", STRICT),
    "indexes": ("indexes_changed", COMPATIBLE),
    "view_sql": ("definition_changed", COMPATIBLE),
    "owner": ("owner_changed", DOCUMENTATION),
    "comment": ("comment_changed", DOCUMENTATION),
    "depends_on": ("reads_changed", COMPATIBLE),
    "inherits": ("inheritance_changed", COMPATIBLE),
}


@dataclass(frozen=True)
class Change:
    """One difference. `before` and `after` are JSON values; `column` is empty where it is about the asset."""

    what: str
    impact: str
    column: str = ""
    before: Any = None
    after: Any = None

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def worst(changes: list[Change]) -> str:
    """The impact of all of them together; empty without changes."""
    return next((each for each in IMPACTS if any(change.impact == each for change in changes)), "")


def compare(before: Schema, after: Schema) -> list[Change]:
    """Every difference, columns first, in the order of the new description."""
    return [*_kind(before, after), *_columns(before, after), *_whole(before, after)]


def _kind(before: Schema, after: Schema) -> Iterator[Change]:
    if before.get("kind") != after.get("kind"):
        yield Change("kind_changed", COMPATIBLE, "", before.get("kind"), after.get("kind"))


def _columns(before: Schema, after: Schema) -> Iterator[Change]:
    old = {column["name"]: column for column in before.get("columns", ())}
    new = {column["name"]: column for column in after.get("columns", ())}
    renamed = dict(_renamed(old, new))
    for name, column in new.items():
        was = old.get(renamed.get(name, name))
        if was is None:
            yield Change("column_added", _of_added(column), name, None, _told(column))
            continue
        if name in renamed:
            yield Change("column_renamed", BREAKING, name, was["name"], name)
        yield from _column(name, was, column)
    for name in old.keys() - new.keys() - set(renamed.values()):
        yield Change("column_removed", BREAKING, name, _told(old[name]), None)
    if _order(old, renamed) != _order(new, {}) and set(_order(old, renamed)) == set(_order(new, {})):
        yield Change("columns_reordered", DOCUMENTATION, "", list(old), list(new))


def _order(columns: Mapping[str, Any], renamed: Mapping[str, str]) -> list[str]:
    now = {was: name for name, was in renamed.items()}
    return [now.get(name, name) for name in columns]


def _renamed(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> Iterator[tuple[str, str]]:
    """Yield (new name, old name) where the source says that it is the same column."""
    gone = {column["id"]: name for name, column in old.items() if column.get("id") and name not in new}
    for name, column in new.items():
        if name not in old and column.get("id") in gone:
            yield name, gone[column["id"]]


def _of_added(column: Schema) -> str:
    """A new column that every writer must fill refuses who does not know it."""
    return COMPATIBLE if column.get("nullable", True) or column.get("default") else STRICT


def _column(name: str, was: Schema, now: Schema) -> Iterator[Change]:
    if was["type"] != now["type"]:
        impact = COMPATIBLE if widens(was["type"], now["type"]) else BREAKING
        yield Change("type_changed", impact, name, was["type"], now["type"])
    if was.get("nullable", True) != now.get("nullable", True):
        impact = BREAKING if now.get("nullable", True) else STRICT
        yield Change("nullable_changed", impact, name, was.get("nullable", True), now.get("nullable", True))
    if was.get("default", "") != now.get("default", ""):
        yield Change("default_changed", COMPATIBLE, name, was.get("default", ""), now.get("default", ""))
    if was.get("comment", "") != now.get("comment", ""):
        yield Change("comment_changed", DOCUMENTATION, name, was.get("comment", ""), now.get("comment", ""))


def _whole(before: Schema, after: Schema) -> Iterator[Change]:
    for key, (what, impact) in OF_ASSET.items():
        if before.get(key) != after.get(key):
            yield Change(what, impact, "", before.get(key), after.get(key))


def _told(column: Schema) -> dict[str, Any]:
    return {key: value for key, value in column.items() if key not in ("name", "id")}
