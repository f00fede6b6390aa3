"""A query made of rows: a field, how it compares, a value. Knows no Django."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.search.fields import FIELDS

TEXT = "text"
OPERATORS = {"is": "is", "not": "is not", "least": "is at least", "most": "is at most"}
MATCHES = {"all": "all of these", "any": "any of these"}
SIGNS = {"least": ">=", "most": "<="}


@dataclass(frozen=True)
class Row:
    """One line of the builder; `field` is one of the language, or TEXT for words."""

    field: str
    operator: str
    value: str


def fields() -> list[tuple[str, str]]:
    """What a row may ask for, with its label."""
    return [(TEXT, "Words"), *((name, field.label) for name, field in FIELDS.items())]


def built(typed: str, rows: Iterable[Row], match: str) -> str:
    """The query `typed` with one group more; rows without a value are left out."""
    parts = [part_of(row) for row in rows if row.value.replace('"', "").strip()]
    group = (" OR " if match == "any" else " ").join(parts)
    if not typed.strip() or not group:
        return group or typed.strip()
    enclosed = f"({group})" if match == "any" and len(parts) > 1 else group
    return f"{_enclosed(typed.strip())} {enclosed}"


def _enclosed(typed: str) -> str:
    """In parentheses where OR stands in it: it would reach over what comes after."""
    return f"({typed})" if re.search(r"\bOR\b|\bor\b", typed) else typed


def part_of(row: Row) -> str:
    value = " ".join(row.value.replace('"', " ").split())
    safe = value if re.fullmatch(r"[\w.@/-]+", value) and value not in ("AND", "OR", "NOT", "or") else ""
    said = safe if safe and not safe.startswith("-") else f'"{value}"'
    sign = "-" if row.operator == "not" else ""
    if row.field not in FIELDS:
        return f"{sign}{said}"
    return f"{sign}{row.field}{SIGNS.get(row.operator, ':')}{said}"
