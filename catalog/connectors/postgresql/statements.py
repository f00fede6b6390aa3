"""Where PostgreSQL's statements differ."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tablesample
from sqlalchemy.types import NullType

from catalog.connectors.metadata import TableRef
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

    def pages_of(self, ref: TableRef, columns: Sequence[str], percent: float, limit: int) -> Select[Any]:
        """Rows from a share of the table's pages, in random order."""
        source = tablesample(self.relation(ref, columns), func.system(percent))
        picked = [source.c[each].label(f"c{at}") for at, each in enumerate(columns)]
        return select(*picked).select_from(source).order_by(func.random()).limit(limit)
