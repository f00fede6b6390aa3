"""Identifiers and texts as SQL of a dialect: always quoted, never spliced. Knows no Django."""

from typing import Literal

from sqlglot import exp

from accesscontrol.refusal import Refused

Dialect = Literal["postgres", "mysql", "snowflake", "bigquery", "trino"]
LONGEST: dict[str, tuple[int, str]] = {
    "postgres": (63, "utf-8"),
    "mysql": (64, "utf-32-le"),
}  # bytes, letters
UNICODE_LETTER = 4  # bytes of utf-32


class NotAName(Refused):
    """Something cannot be the name of anything in that database."""


def name(value: str, dialect: Dialect = "postgres") -> str:
    """Return `value` as a quoted identifier; refuses what the database could not keep whole."""
    if not value or "\x00" in value or _too_long(value, dialect):
        raise NotAName(f"“{value[:80]}” cannot be a name in this database.")
    return exp.to_identifier(value, quoted=True).sql(dialect=dialect)


def path(*parts: str, dialect: Dialect = "postgres") -> str:
    """Return a qualified name; an empty part is left out."""
    return ".".join(name(part, dialect) for part in parts if part)


def text(value: str, dialect: Dialect = "postgres") -> str:
    """Return `value` as a text literal."""
    if "\x00" in value:
        raise NotAName("A value holds a character that no database keeps.")
    return exp.Literal.string(value).sql(dialect=dialect)


def _too_long(value: str, dialect: Dialect) -> bool:
    most, encoding = LONGEST.get(dialect, (255, "utf-8"))
    length = len(value.encode(encoding, "surrogatepass"))
    return length > (most * UNICODE_LETTER if encoding != "utf-8" else most)
