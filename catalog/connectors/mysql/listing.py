"""From rows of information_schema to facts about tables. Pure: rows in, values out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from sys import intern
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from catalog.connectors.metadata import ColumnFacts, ForeignKeyFacts, IndexFacts, TableFacts, TableRef

PRIMARY = "PRIMARY"
GENERATED = {"STORED GENERATED": "STORED", "PERSISTENT GENERATED": "STORED", "VIRTUAL GENERATED": "VIRTUAL"}
Rows = Iterable[Sequence[Any]]


@dataclass
class Listing:
    """One database. MySQL has no schemas below it: `TableRef.schema` is empty.

    The shapes of rows are those of the queries, in their order of columns.
    """

    database: str
    columns: dict[str, list[ColumnFacts]] = field(default_factory=lambda: defaultdict(list))
    views: dict[str, str] = field(default_factory=dict)
    keys: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    indexes: dict[str, dict[str, tuple[str, list[str]]]] = field(default_factory=lambda: defaultdict(dict))
    foreign: dict[str, dict[str, list[tuple[str, str, str]]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add_views(self, rows: Rows) -> None:
        self.views.update((name, sql or "") for name, sql in rows)

    def add_columns(self, rows: Rows) -> None:
        for table, name, data_type, nullable, default, extra, comment, expression in rows:
            here = self.columns[table]
            kept = default_of(default, extra or "", expression or "") or None
            here.append(ColumnFacts(name, intern(data_type), len(here) + 1, nullable == "YES", kept, comment))

    def add_indexes(self, rows: Rows) -> None:
        """Unique indexes are keys; a part that is an expression has no column, and the index is left out."""
        for table, index, column, unique, method in rows:
            if unique:
                self.keys[table].setdefault(index, []).append(column)
            else:
                self.indexes[table].setdefault(index, (method.lower(), []))[1].append(column)

    def add_foreign_keys(self, rows: Rows) -> None:
        for table, name, column, target, target_column in rows:
            self.foreign[table].setdefault(name, []).append((column, target, target_column))

    def facts(self, tables: Rows) -> list[TableFacts]:
        """Every table and view, in the order given."""
        return [self.view(row[0]) if row[1] == "VIEW" else self.table(row) for row in tables]

    def view(self, name: str) -> TableFacts:
        """A view; one whose SQL is kept from the account is partial."""
        sql = self.views.get(name, "")
        return TableFacts(
            database=self.database,
            schema="",
            name=name,
            kind="view",
            columns=tuple(self.columns[name]),
            view_sql=sql or None,
            depends_on=self.read_by(sql) if sql else (),
            partial=not sql,
        )

    def table(self, row: Sequence[Any]) -> TableFacts:
        name, _, comment, rows, size, updated = row
        keys = {index: tuple(columns) for index, columns in self.keys[name].items() if None not in columns}
        return TableFacts(
            database=self.database,
            schema="",
            name=name,
            kind="table",
            columns=tuple(self.columns[name]),
            comment=comment or "",
            row_estimate=None if rows is None else int(rows),
            size_bytes=None if size is None else int(size),
            primary_key=keys.get(PRIMARY, ()),
            unique=tuple(columns for index, columns in keys.items() if index != PRIMARY),
            foreign_keys=tuple(
                ForeignKeyFacts(
                    key, tuple(part[0] for part in parts), "", parts[0][1], tuple(part[2] for part in parts)
                )
                for key, parts in self.foreign[name].items()
            ),
            indexes=tuple(
                IndexFacts(index, tuple(columns), False, method)
                for index, (method, columns) in self.indexes[name].items()
                if None not in columns
            ),
            modified_at=None if updated is None else datetime.fromtimestamp(float(updated), UTC),
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


def default_of(default: str | None, extra: str, expression: str) -> str:
    """Return the default as SQL; MariaDB writes NULL for none."""
    if expression:
        kept = GENERATED.get(extra.upper(), "")
        return f"GENERATED ALWAYS AS ({expression}) {kept}".rstrip()
    return " ".join(filter(None, ("" if default is None or default == "NULL" else str(default), extra)))
