"""Where PostgreSQL's statements differ."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.types import NullType

from catalog.connectors.statements import Statements

LONGEST_NAME = 63  # bytes; PostgreSQL cuts a longer name and would then mean another object


class PostgresStatements(Statements):
    """Names are measured in bytes, values are text of no type yet."""

    product = "PostgreSQL"
    matches = "~"

    def fits(self, name: str) -> bool:
        """Whether the name stays whole."""
        return len(name.encode()) <= LONGEST_NAME

    def value(self, given: object) -> ColumnElement[Any]:
        """Text without a type, so that the server reads it as the column's type."""
        given = given if given is None or isinstance(given, bytes) else str(given)
        return bindparam(None, given, type_=NullType(), unique=True)
