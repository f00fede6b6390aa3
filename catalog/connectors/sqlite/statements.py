"""Where SQLite's statements differ."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.types import NullType

from catalog.connectors.metadata import TableRef
from catalog.connectors.statements import Statements


class SqliteStatements(Statements):
    """Values keep their type, as SQLite compares by type; what it does not have is text, as it stores it."""

    product = "SQLite"

    def schema(self, ref: TableRef) -> str:
        """The file is the only database of its connection."""
        return ""

    def value(self, given: object) -> ColumnElement[Any]:
        """A bound value."""
        if isinstance(given, datetime):
            given = given.isoformat(" ")
        elif isinstance(given, date | time):
            given = given.isoformat()
        elif isinstance(given, Decimal):
            given = int(given) if given == given.to_integral_value() else float(given)
        elif not isinstance(given, bool | int | float | str | bytes | None):
            given = str(given)
        return bindparam(None, given, type_=NullType(), unique=True)
