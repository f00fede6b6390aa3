"""From rows of information_schema to facts about tables. Pure: rows in, values out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from catalog.connectors.metadata import ColumnFacts, ForeignKeyFacts, TableFacts, TableRef

PRIMARY = "PRIMARY"
Rows = Iterable[Sequence[Any]]


@dataclass
class Listing:
    """One database. MySQL has no schemas below it: `TableRef.schema` is empty."""

    database: str
    columns: dict[str, list[ColumnFacts]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    foreign: dict[str, dict[str, list[tuple[str, str, str]]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add_columns(self, rows: Rows) -> None:
        for table, name, data_type, nullable, default, extra, comment in rows:
            here = self.columns[table]
            kept = " ".join(filter(None, (default_of(default), extra))) or None
            here.append(ColumnFacts(name, data_type, len(here) + 1, nullable == "YES", kept, comment))

    def add_keys(self, rows: Rows) -> None:
        """Unique indexes; a part that is an expression has no column, and the index is left out."""
        for table, index, column in rows:
            self.keys[table].setdefault(index, []).append(column)

    def add_foreign_keys(self, rows: Rows) -> None:
        for table, name, column, target, target_column in rows:
            self.foreign[table].setdefault(name, []).append((column, target, target_column))

    def facts(self, tables: Rows) -> list[TableFacts]:
        """Every table and view, in the order given."""
        return [self.table(row) for row in tables]

    def table(self, row: Sequence[Any]) -> TableFacts:
        name, kind, comment, rows, size, view_sql = row
        keys = {index: tuple(columns) for index, columns in self.keys[name].items() if None not in columns}
        view = kind == "VIEW"
        return TableFacts(
            database=self.database,
            schema="",
            name=name,
            kind="view" if view else "table",
            columns=tuple(self.columns[name]),
            comment="" if view else comment or "",  # of a view the server says "VIEW"
            row_estimate=None if view or rows is None else int(rows),
            size_bytes=None if view or size is None else int(size),
            primary_key=keys.get(PRIMARY, ()),
            unique=tuple(columns for index, columns in keys.items() if index != PRIMARY),
            foreign_keys=tuple(
                ForeignKeyFacts(
                    key, tuple(part[0] for part in parts), "", parts[0][1], tuple(part[2] for part in parts)
                )
                for key, parts in self.foreign[name].items()
            ),
            view_sql=view_sql or None,
            depends_on=self.read_by(view_sql) if view_sql else (),
        )

    def read_by(self, view_sql: str) -> tuple[TableRef, ...]:
        """What a view reads; the server writes every name in full."""
        try:
            parsed = sqlglot.parse_one(view_sql, dialect="mysql")
        except SqlglotError:
            return ()
        inner = {each.alias for each in parsed.find_all(exp.CTE)}
        found = {(each.db, each.name) for each in parsed.find_all(exp.Table)}
        return tuple(
            sorted(TableRef(db or self.database, "", name) for db, name in found if db or name not in inner)
        )


def default_of(default: str | None) -> str:
    """Return the default as SQL; MariaDB writes NULL for none."""
    return "" if default is None or default == "NULL" else str(default)
