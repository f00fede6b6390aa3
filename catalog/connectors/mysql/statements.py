"""Where MySQL's statements differ."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CHAR, ColumnElement, and_, cast, literal, or_

from catalog.connectors.metadata import TableRef
from catalog.connectors.statements import Statements

LONGEST_NAME = 64  # letters
NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


class MySqlStatements(Statements):
    """A database stands where others have a schema, and FILTER is not known."""

    product = "MySQL"
    filters = False

    def fits(self, name: str) -> bool:
        """Whether MySQL could have such a name."""
        return len(name) <= LONGEST_NAME

    def schema(self, ref: TableRef) -> str:
        """The database."""
        return ref.database

    def value(self, given: object) -> ColumnElement[Any]:
        """Numbers stay numbers, the rest is text."""
        return literal(given if isinstance(given, bytes | int | float) else str(given))

    def equal(self, left: ColumnElement[Any], given: object) -> ColumnElement[bool]:
        """Equality that means it: MySQL alone takes the text "lena" for the number 0.

        The first condition can use an index, the second looks at what it found.
        """
        same = left == self.value(given)
        if isinstance(given, str) and not NUMBER.fullmatch(given):
            return and_(same, cast(left, CHAR) == self.value(given))
        return same

    def member(self, left: ColumnElement[Any], given: Sequence[object]) -> ColumnElement[bool]:
        """Equality with one of them."""
        return or_(*(self.equal(left, each) for each in given))
