"""From rows of SQLite's pragmas to facts about tables. Pure: rows in, values out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from catalog.connectors.metadata import ColumnFacts, ForeignKeyFacts, IndexFacts, TableFacts, TableRef
from catalog.connectors.reading import read_by
from catalog.connectors.sqlite import ddl

HIDDEN = 1  # a column of a virtual table that `*` leaves out; 2 and 3 are generated ones
Rows = Iterable[Sequence[Any]]


@dataclass
class Listing:
    """One file. `tables` holds name, type, without rowid, strict and SQL of each relation."""

    database: str
    tables: Sequence[Sequence[Any]]
    columns: dict[str, list[Sequence[Any]]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    indexes: dict[str, list[IndexFacts]] = field(default_factory=lambda: defaultdict(list))
    unique: dict[str, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))
    keyed: set[str] = field(default_factory=set)  # tables whose primary key is an index of its own
    foreign: dict[str, list[Sequence[Any]]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = {row[0].lower(): row[0] for row in self.tables}

    def add_columns(self, table: str, rows: Rows) -> None:
        """What a statement could name."""
        self.columns[table] = [row for row in rows if row[5] != HIDDEN]

    def add_indexes(self, rows: Rows) -> None:
        """Indexes with their parts, one row for each part."""
        for (table, name), group in groupby(rows, lambda row: row[:2]):
            parts = list(group)
            _, _, unique, origin, partial, sql, _ = parts[0]
            columns = tuple(row[6] for row in parts)
            if origin == "pk":
                self.keyed.add(table)
                continue
            if unique and not partial and None not in columns and columns not in self.unique[table]:
                self.unique[table].append(columns)
            if origin == "c":
                written = ddl.index_parts(sql) if None in columns else []
                said = written if len(written) == len(columns) else ["(expression)"] * len(columns)
                named = tuple(each or text for each, text in zip(columns, said, strict=True))
                self.indexes[table].append(IndexFacts(name, named, bool(unique), "btree"))

    def add_foreign_keys(self, rows: Rows) -> None:
        """References, one row for each pair of columns."""
        for row in rows:
            self.foreign[row[0]].append(row)

    def facts(self) -> list[TableFacts]:
        """Every table and view, in the order given."""
        return [self.table(row) for row in self.tables]

    def table(self, row: Sequence[Any]) -> TableFacts:
        name, kind, without_rowid, strict, sql = row
        view = kind == "view"
        said = {
            "without_rowid": bool(without_rowid),
            "strict": bool(strict),
            "virtual": kind == "virtual",
            "problem": self.problems.get(name),
        }
        return TableFacts(
            database=self.database,
            schema="",
            name=name,
            kind="view" if view else "table",
            columns=tuple(self.column(row, at) for at in range(len(self.columns.get(name, ())))),
            row_estimate=self.rows.get(name),
            size_bytes=self.sizes.get(name),
            primary_key=self.primary_key(name),
            unique=tuple(self.unique.get(name, ())),
            foreign_keys=tuple(self.keys_of(name, sql)),
            indexes=tuple(self.indexes.get(name, ())),
            view_sql=sql if view else None,
            depends_on=self.depends_on(sql) if view else (),
            extra={key: value for key, value in said.items() if value},
        )

    def column(self, table: Sequence[Any], at: int) -> ColumnFacts:
        """A column; a key that is the rowid is never null, whatever the pragma says."""
        name, data_type, not_null, default, key, hidden = self.columns[table[0]][at]
        rowid = bool(key) and table[1] == "table" and table[0] not in self.keyed
        made = ddl.generated(table[4]).get(name.lower(), "GENERATED ALWAYS") if hidden else None
        return ColumnFacts(name, data_type, at + 1, not (not_null or rowid), made or default)

    def primary_key(self, table: str) -> tuple[str, ...]:
        keyed = sorted((row[4], row[0]) for row in self.columns.get(table, ()) if row[4])
        return tuple(name for _, name in keyed)

    def keys_of(self, table: str, sql: str | None) -> Iterable[ForeignKeyFacts]:
        """Foreign keys under the names that they were given, or made ones as PostgreSQL makes them."""
        given = ddl.key_names(sql) if table in self.foreign else {}
        taken: set[str] = set()
        for _, group in groupby(self.foreign.get(table, ()), lambda row: row[1]):
            parts = list(group)
            target = self.known.get(parts[0][2].lower(), parts[0][2])
            columns = tuple(self.spelled(table, row[3]) for row in parts)
            name = given.get((target.lower(), *(each.lower() for each in columns)))
            name = free(name or f"{table}_{'_'.join(columns)}_fkey", taken)
            taken.add(name)
            yield ForeignKeyFacts(name, columns, "", target, self.targets(target, parts))

    def targets(self, table: str, parts: Sequence[Sequence[Any]]) -> tuple[str, ...]:
        """The columns referred to: where none are written, the primary key."""
        if any(row[4] is None for row in parts):
            return self.primary_key(table)[: len(parts)]
        return tuple(self.spelled(table, row[4]) for row in parts)

    def spelled(self, table: str, column: str) -> str:
        """The column as its table spells it; SQLite does not mind the case."""
        return next(
            (row[0] for row in self.columns.get(table, ()) if row[0].lower() == column.lower()), column
        )

    def depends_on(self, sql: str | None) -> tuple[TableRef, ...]:
        """What a view reads, as far as it is there."""
        found = {self.known.get(name.lower()) for _, _, name in read_by(sql or "", ddl.DIALECT)}
        return tuple(TableRef(self.database, "", each) for each in sorted(filter(None, found)))


def free(name: str, taken: set[str]) -> str:
    """The name, numbered if another key has it."""
    at, found = 1, name
    while found in taken:
        at, found = at + 1, f"{name}{at}"
    return found
