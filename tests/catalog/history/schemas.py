"""Descriptions of assets as harvests make them, and what changes make of them."""

from typing import Any

from hypothesis import strategies as st

TYPES = ["integer", "bigint", "text", "character varying(20)", "numeric(8,2)", "boolean", "jsonb"]
NAMES = list("abcdef")
USUAL = {"nullable": True, "default": "", "comment": ""}
names = st.sampled_from(NAMES)
words = st.text(alphabet="xy z'→", max_size=4)


@st.composite
def _column(draw: Any, name: str, id: str) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name, "type": draw(st.sampled_from(TYPES))}
    if draw(st.booleans()):
        said["nullable"] = False
    for key in ("default", "comment"):
        if text := draw(words):
            said[key] = text
    if id:
        said["id"] = id
    return said


@st.composite
def schemas(draw: Any) -> dict[str, Any]:
    """A description; the ids of its columns are few, so that two of them tell of renamed columns."""
    chosen = draw(st.lists(names, unique=True, max_size=5))
    ids = draw(st.permutations(["1", "2", "3", "", "5"]))
    columns = [draw(_column(name, ids[at])) for at, name in enumerate(chosen)]
    schema: dict[str, Any] = {"kind": draw(st.sampled_from(["table", "view"])), "columns": columns}
    some = st.lists(st.sampled_from(chosen), unique=True, min_size=1, max_size=2) if chosen else st.nothing()
    if chosen:
        more = {
            "primary_key": some,
            "unique": st.lists(some, unique_by=tuple, min_size=1, max_size=2),
            "foreign_keys": _parts(some, target=names, target_columns=st.just(["id"])),
            "indexes": _parts(some, unique=st.booleans(), method=st.sampled_from(["", "btree"])),
        }
        schema |= {key: draw(values) for key, values in more.items() if draw(st.booleans())}
    told = {"view_sql": words, "owner": words, "comment": words, "depends_on": st.lists(names, min_size=1)}
    return schema | {
        key: value for key, values in told.items() if draw(st.booleans()) and (value := draw(values))
    }


def _parts(some: Any, **more: Any) -> Any:
    part = st.fixed_dictionaries({"name": names, "columns": some, **more})
    return st.lists(part, unique_by=lambda each: each["name"], min_size=1, max_size=3)


def applied(schema: dict[str, Any], changes: list[Any]) -> dict[str, Any]:
    """The description that the changes make of `schema`, in the form that `normal` gives."""
    made = normal(schema)
    renamed = {each.before: each.after for each in changes if each.what == "column_renamed"}
    removed = {each.column for each in changes if each.what == "column_removed"}
    _rename(made, renamed, keys=not removed & set(renamed.values()))
    for change in changes:
        if change.what != "column_removed" or change.column not in renamed.values():
            _apply(made, change)
    return made


def normal(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the ids and the order of columns, and with what is usual said."""
    columns = {each["name"]: {**USUAL, **each} for each in schema["columns"]}
    for column in columns.values():
        column.pop("id", None)
    made = {
        key: schema.get(key) for key in ("kind", "view_sql", "depends_on", "inherits", "owner", "comment")
    }
    return made | {
        "columns": {name: {**column, "name": name} for name, column in columns.items()},
        "primary_key": list(schema.get("primary_key", ())),
        "unique": {tuple(each) for each in schema.get("unique", ())},
        "foreign_key": {each["name"]: each for each in schema.get("foreign_keys", ())},
        "index": {each["name"]: each for each in schema.get("indexes", ())},
    }


def _rename(made: dict[str, Any], renamed: dict[str, str], *, keys: bool) -> None:
    def now(columns: Any) -> list[str]:
        return [renamed.get(name, name) for name in columns]

    kept = {name: each for name, each in made["columns"].items() if name not in renamed}
    moved = {new: {**made["columns"][old], "name": new} for old, new in renamed.items()}
    made["columns"] = {**kept, **moved}
    if keys:
        made["primary_key"] = now(made["primary_key"])
        made["unique"] = {tuple(now(each)) for each in made["unique"]}
        for key in ("foreign_key", "index"):
            made[key] = {name: {**each, "columns": now(each["columns"])} for name, each in made[key].items()}


def _apply(made: dict[str, Any], change: Any) -> None:
    part, _, verb = change.what.rpartition("_")
    if part in ("foreign_key", "index"):
        _replace(made[part], change)
    elif part == "primary_key":
        made[part] = change.after or []
    elif part == "unique":
        made[part] ^= {tuple(change.before or change.after)}
    elif change.what == "column_added":
        made["columns"][change.column] = {**USUAL, **change.after, "name": change.column}
    elif change.what == "column_removed":
        del made["columns"][change.column]
    elif verb == "changed":
        _set(made, part, change)


def _replace(parts: dict[str, Any], change: Any) -> None:
    if change.before and parts.get(change.before["name"]) == change.before:
        del parts[change.before["name"]]
    if change.after:
        parts[change.after["name"]] = change.after


def _set(made: dict[str, Any], part: str, change: Any) -> None:
    if change.column:
        made["columns"][change.column][part] = change.after
    else:
        facts = {"definition": "view_sql", "reads": "depends_on", "inheritance": "inherits"}
        made[facts.get(part, part)] = change.after
