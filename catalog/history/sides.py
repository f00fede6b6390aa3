"""Two descriptions of one asset, column beside column. Knows no Django."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.history import words
from catalog.history.changes import Change, Schema

ADDED, REMOVED, CHANGED, SAME = "added", "removed", "changed", "same"


@dataclass(frozen=True)
class Row:
    """A column on both sides, each as (name, what it is), or None on the side where it is not."""

    mark: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None


def rows(before: Schema, after: Schema, changes: Sequence[Change]) -> list[Row]:
    """The columns of `after` in their order, then those that are gone; `changes` are those between them."""
    old = {column["name"]: column for column in before.get("columns", ())}
    was = {change.column: str(change.before) for change in changes if change.what == "column_renamed"}
    added = {change.column for change in changes if change.what == "column_added"}
    touched = {change.column for change in changes}
    made = []
    for column in after.get("columns", ()):
        name = column["name"]
        if name in added:
            made.append(Row(ADDED, None, _side(column)))
        else:
            origin = old[was.get(name, name)]
            made.append(Row(CHANGED if name in touched else SAME, _side(origin), _side(column)))
    gone = [change.column for change in changes if change.what == "column_removed"]
    return made + [Row(REMOVED, _side(old[name]), None) for name in gone]


def _side(column: Schema) -> tuple[str, str]:
    return str(column["name"]), words.column(column)
