"""What metadata looks like when it is written down: kinds of rows, their columns, and which name a row.

Knows no Django. Rows come in the order of KINDS, so that what is named comes before what names it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

DEEPEST = 20  # lists and objects inside each other
Row = dict[str, Any]
Key = tuple[Any, ...]

TEXT, NAME, FLAG, NUMBER, LIST, MAP, PLACE = "text", "name", "flag", "number", "list", "map", "place"
SAYS = {
    TEXT: "Write a text.",
    NAME: "Write a text, or nothing.",
    FLAG: "Write true or false.",
    NUMBER: "Write a whole number, or nothing.",
    LIST: "Write a list of texts.",
    MAP: "Write an object.",
    PLACE: "Write [namespace, name, whether it is a job], or nothing.",
}
THING = {"namespace": TEXT, "name": TEXT, "of_job": FLAG}


@dataclass(frozen=True)
class Shape:
    """`key` are the columns that say which row is meant; `parent` is one that names a row of this kind."""

    columns: Mapping[str, str]
    key: tuple[str, ...]
    parent: str = ""

    def key_of(self, row: Row) -> Key:
        return tuple(row[name] for name in self.key)

    def said(self, row: Row) -> Row:
        """What a row says besides its name."""
        return {name: value for name, value in row.items() if name not in self.key}


KINDS: dict[str, Shape] = {
    "domains": Shape(
        {"slug": TEXT, "name": TEXT, "description": TEXT, "steward": NAME, "parent": NAME},
        ("slug",),
        "parent",
    ),
    "classifications": Shape({"name": TEXT, "description": TEXT, "exclusive": FLAG}, ("name",)),
    "tags": Shape({"path": TEXT, "description": TEXT, "deprecated": FLAG}, ("path",)),
    "properties": Shape(
        {
            "name": TEXT,
            "label": TEXT,
            "type": TEXT,
            "description": TEXT,
            "choices": LIST,
            "kinds": LIST,
            "required": FLAG,
        },
        ("name",),
    ),
    "terms": Shape(
        {
            "slug": TEXT,
            "name": TEXT,
            "parent": NAME,
            "definition": TEXT,
            "synonyms": LIST,
            "abbreviation": TEXT,
            "domain": NAME,
            "owner": NAME,
            "reviewers": LIST,
            "status": TEXT,
            "authors": LIST,
            "approved_by": NAME,
            "approved_at": NAME,
        },
        ("slug",),
        "parent",
    ),
    "relations": Shape({"term": TEXT, "kind": TEXT, "other": TEXT}, ("term", "kind", "other")),
    "products": Shape(
        {
            "slug": TEXT,
            "name": TEXT,
            "description": TEXT,
            "terms_of_use": TEXT,
            "release": TEXT,
            "status": TEXT,
            "domain": NAME,
            "owner": NAME,
        },
        ("slug",),
    ),
    "assets": Shape(
        {
            **THING,
            "description": TEXT,
            "owner": NAME,
            "business_owner": NAME,
            "steward": NAME,
            "team": NAME,
            "domain": NAME,
            "tier": NUMBER,
            "status": TEXT,
            "replacement": PLACE,
            "retires_on": NAME,
            "location": TEXT,
            "sensitivity": NUMBER,
            "has_personal_data": FLAG,
            "gdpr_category": TEXT,
            "properties": MAP,
            "tags": LIST,
            "terms": LIST,
            "certification": TEXT,
            "until": NAME,
            "why": TEXT,
        },
        tuple(THING),
    ),
    "fields": Shape(
        {
            **THING,
            "column": TEXT,
            "description": TEXT,
            "required": FLAG,
            "sensitive": FLAG,
            "gdpr_sensitivity": TEXT,
            "identity": TEXT,
            "validation_rules": "rules",
            "tags": LIST,
            "terms": LIST,
        },
        (*THING, "column"),
    ),
    "ports": Shape({"product": TEXT, "direction": TEXT, **THING}, ("product", "direction", *THING)),
}
SAYS["rules"] = "Write a list of objects."
FITS: Mapping[str, Any] = {
    TEXT: lambda value: isinstance(value, str),
    NAME: lambda value: value is None or isinstance(value, str),
    FLAG: lambda value: isinstance(value, bool),
    NUMBER: lambda value: value is None or (isinstance(value, int) and not isinstance(value, bool)),
    LIST: lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    MAP: lambda value: isinstance(value, dict),
    PLACE: lambda value: value is None or _is_place(value),
    "rules": lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value),
}


def _is_place(value: Any) -> bool:
    return isinstance(value, list) and [type(each) for each in value] == [str, str, bool]


def problem(kind: str, row: Any) -> str:
    """What is wrong with the form of a row; an empty text where nothing is."""
    shape = KINDS[kind]
    if not isinstance(row, dict):
        return "Write an object for each row."
    if fault := unstorable(row):
        return fault
    found = [f"{name}: There is no such column." for name in sorted(row.keys() - shape.columns.keys())]
    found += [f"{name}: It is needed." for name in shape.key if name not in row]
    found += [
        f"{name}: {SAYS[kind]}"
        for name, kind in shape.columns.items()
        if name in row and not FITS[kind](row[name])
    ]
    return " ".join(found)


def unstorable(value: Any, deep: int = DEEPEST) -> str:
    """Why the database cannot keep it: NUL and halves of characters are no text; empty where it can."""
    if isinstance(value, str):
        wrong = "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)
        return "It holds a character that no text has." if wrong else ""
    if isinstance(value, float):
        return "" if isfinite(value) else "It holds a number that is too large."
    if not isinstance(value, dict | list):
        return ""
    if not deep:
        return "Too many lists and objects stand inside each other."
    parts = [*value, *value.values()] if isinstance(value, dict) else value
    return next(filter(None, (unstorable(each, deep - 1) for each in parts)), "")


def label(key: Key) -> str:
    """A key for people."""
    return " · ".join(str(part) for part in key if not isinstance(part, bool))
