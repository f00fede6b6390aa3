"""Rows on their way into a table: the row type's fields are the table's columns."""

from collections.abc import Sequence
from typing import NamedTuple


class Table(NamedTuple):
    """Rows for one table; at least one, all of one NamedTuple type."""

    name: str
    rows: Sequence[NamedTuple]
    renamed: tuple[str, ...] = ()  # columns whose names Python cannot spell

    @property
    def columns(self) -> tuple[str, ...]:
        return self.renamed or type(self.rows[0])._fields
