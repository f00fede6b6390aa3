"""Where DuckDB's statements differ."""

from typing import Any

from sqlalchemy import TEXT, ColumnElement, bindparam, cast, func
from sqlalchemy.types import NullType

from catalog.connectors.protocol import Where
from catalog.connectors.statements import Statements


class DuckStatements(Statements):
    """Values are text, which DuckDB reads as the column's type."""

    product = "DuckDB"

    def value(self, given: object) -> ColumnElement[Any]:
        """A bound value."""
        given = given if given is None or isinstance(given, bytes) else str(given)
        return bindparam(None, given, type_=NullType(), unique=True)

    def compared(self, left: ColumnElement[Any], where: Where) -> ColumnElement[bool]:
        """The operator `~` would want the whole text to match."""
        if where.operator == "matches":
            return func.regexp_matches(cast(left, TEXT), self.value(where.value))
        return super().compared(left, where)
