"""Changes in words. Knows no Django.

A change here is the JSON that `Change.stored` makes: kept in the database, so it may be older than this code.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Stored = Mapping[str, Any]
NAMING = ("foreign_key", "definition", "reads", "inheritance")  # what names other assets begins so
PLAIN = {
    "columns_reordered": "Columns in another order",
    "definition_changed": "Definition changed",
    "reads_changed": "What it reads changed",
    "inheritance_changed": "What it inherits from changed",
    "asset_missing": "Not seen in its source",
    "asset_removed": "Removed from its source",
}
COMPARED = (
    "definition_changed",
    "comment_changed",
    "reads_changed",
    "inheritance_changed",
    "columns_reordered",
)


def sentence(change: Stored) -> str:
    """One line: "Column email: text → varchar(40)"."""
    what = str(change.get("what", ""))
    if what in PLAIN:
        return PLAIN[what]
    part, _, verb = what.rpartition("_")
    if change.get("column"):
        return f"Column {change['column']}{_of_column(part, verb, change)}"
    if part in ("foreign_key", "index", "primary_key", "unique"):
        return _of_key(part, verb, change)
    if part == "comment":
        return "Comment changed"
    name = {"kind": "Kind", "owner": "Owner in the source"}.get(part, what.replace("_", " ").capitalize())
    return f"{name}: {_or_none(change.get('before'))} → {_or_none(change.get('after'))}"


def without_names(change: Stored) -> str:
    """The same of a change that names something hidden."""
    what = str(change.get("what", ""))
    part, _, verb = what.rpartition("_")
    return f"Foreign key {verb}" if part == "foreign_key" else PLAIN.get(what, "Changed")


def sides(change: Stored) -> tuple[str, str] | None:
    """Before and after as texts to be compared, of a change whose sentence does not say both."""
    if change.get("what") not in COMPARED:
        return None
    return _text(change.get("before")), _text(change.get("after"))


def column(said: Stored) -> str:
    """A column's type and what is unusual about it: "integer, not null, default 7"."""
    words = [str(said.get("type") or "?")]
    if not said.get("nullable", True):
        words.append("not null")
    if said.get("default"):
        words.append(f"default {said['default']}")
    return ", ".join(words)


def key(part: Stored) -> str:
    """What a foreign key or an index is about: "customer_id → shop.customer (id)"."""
    columns = ", ".join(map(str, part.get("columns", ())))
    if "target" in part:
        return f"{columns} → {part['target']} ({', '.join(map(str, part.get('target_columns', ())))})"
    more = ["unique"] if part.get("unique") else []
    return ", ".join([f"({columns})", *more, *filter(None, [str(part.get("method") or "")])])


def _of_column(part: str, verb: str, change: Stored) -> str:
    before, after = change.get("before"), change.get("after")
    if part == "column":
        return _of_whole_column(verb, before, after)
    if part == "nullable":
        return ": may be empty now" if after else ": must be filled now"
    if part == "default":
        return f": default {_or_none(before)} → {_or_none(after)}"
    return ": comment changed" if part == "comment" else f": {_or_none(before)} → {_or_none(after)}"


def _of_whole_column(verb: str, before: Any, after: Any) -> str:
    if verb == "renamed":
        return f" was renamed; it was {before}"
    said = after if verb == "added" else before
    return f" {verb}: {column(said)}" if isinstance(said, Mapping) else f" {verb}"


def _of_key(part: str, verb: str, change: Stored) -> str:
    label = {"unique": "Unique key"}.get(part, part.replace("_", " ").capitalize())
    before, after = change.get("before"), change.get("after")
    said = after if after is not None else before
    if isinstance(said, Mapping):
        was = f"; it was {key(before)}" if verb == "changed" and isinstance(before, Mapping) else ""
        return f"{label} {said.get('name', '')} {verb}: {key(said)}{was}"
    if verb == "changed":
        return f"{label}: {_text(before)} → {_text(after)}"
    return f"{label} {verb}: {_text(said)}"


def _or_none(value: Any) -> str:
    return "none" if value in (None, "") else str(value)


def _text(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
