"""What a query may ask of an asset by name, as in `kind:table`. Knows no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

NONE = "none"
ANY = "any"
Kind = Literal["choice", "scale", "number", "date", "flag", "text"]
COMPARED = frozenset({"scale", "number", "date"})  # kinds that have an order


@dataclass(frozen=True)
class Searchable:
    """One field of the query language; `values` lists all that it may be, in their order on a scale."""

    label: str
    kind: Kind
    values: tuple[str, ...] = ()
    may_lack: bool = False  # `owner:none` and `owner:any` have a meaning


KINDS = (
    *("database", "schema", "table", "view", "folder", "file", "topic", "job"),
    *("dashboard", "feature", "training_set", "model", "deployment"),
)
FIELDS: Mapping[str, Searchable] = {
    "kind": Searchable("Kind", "choice", KINDS),
    "domain": Searchable("Domain, with those inside it", "text", may_lack=True),
    "source": Searchable("Source", "text", may_lack=True),
    "owner": Searchable("Technical owner", "text", may_lack=True),
    "business_owner": Searchable("Business owner", "text", may_lack=True),
    "steward": Searchable("Steward", "text", may_lack=True),
    "team": Searchable("Team", "text", may_lack=True),
    "tag": Searchable("Tag, with those below it", "text", may_lack=True),
    "term": Searchable("Glossary term", "text", may_lack=True),
    "tier": Searchable("Tier", "number", may_lack=True),
    "certification": Searchable("Certification", "choice", ("gold", "silver", "bronze"), may_lack=True),
    "status": Searchable("Status", "choice", ("active", "deprecated", "archived", "removed")),
    "sensitivity": Searchable(
        "Sensitivity", "scale", ("public", "internal", "confidential", "restricted"), may_lack=True
    ),
    "personal": Searchable("Personal data", "flag"),
    "location": Searchable("Location", "text", may_lack=True),
    "name": Searchable("Name", "text"),
    "column": Searchable("Name of a column", "text"),
    "description": Searchable("Description", "text", may_lack=True),
    "usage": Searchable("Queries in the last 30 days", "number"),
    "updated": Searchable("Last change here", "date"),
    "fresh": Searchable("Last change of its data", "date", may_lack=True),
}
ALIASES = {
    "pii": "personal",
    "type": "kind",
    "field": "column",
    "changed": "updated",
    "classification": "tag",
}


def field_of(name: str) -> str | None:
    """The field that is meant, None where there is none of that name."""
    name = ALIASES.get(name.lower(), name.lower())
    return name if name in FIELDS else None


def fault(name: str, operator: str, value: str) -> str:
    """Say what is wrong with a comparison; nothing when it is good."""
    field = FIELDS[name]
    if "\0" in value:
        return "No value has such a character."
    if operator != "=" and field.kind not in COMPARED:
        return f"{name} has no order: write {name}:{value}."
    if value in (NONE, ANY) and field.may_lack and operator == "=":
        return ""
    return _wrong_value(name, field, value)


def _wrong_value(name: str, field: Searchable, value: str) -> str:
    if field.kind in ("choice", "scale") and value not in field.values:
        return f"{name} is one of: {', '.join(field.values)}{', none, any' if field.may_lack else ''}."
    if field.kind == "flag" and value not in ("yes", "no"):
        return f"{name} is yes or no."
    if field.kind == "number" and not (value.isascii() and value.isdigit() and len(value) < 18):
        return f"{name} is a whole number, for example {name}:2."
    if field.kind == "date" and not is_date(value):
        return f"{name} is a day, for example {name}>=2026-01-31."
    return ""


def is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
