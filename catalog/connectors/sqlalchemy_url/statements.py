"""Where the statements of engines without a kind of their own differ."""

from typing import Any

from sqlalchemy import ColumnElement, func

from catalog.connectors.protocol import Where
from catalog.connectors.statements import Statements


class PlainStatements(Statements):
    """What every engine knows: no FILTER, and a regular expression as the dialect writes it."""

    filters = False

    def compared(self, left: ColumnElement[Any], where: Where) -> ColumnElement[bool]:
        """The comparisons; a dialect without regular expressions says so when it is asked."""
        if where.operator == "matches":
            return self.matching(left, str(where.value))
        return super().compared(left, where)

    def matching(self, left: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
        """Whether the value matches a regular expression of the engine."""
        return left.regexp_match(pattern)


class TrinoStatements(PlainStatements):
    """Trino has a function for regular expressions that its dialect does not know of."""

    filters = True

    def matching(self, left: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
        """As `regexp_like`."""
        return func.regexp_like(left, pattern)
