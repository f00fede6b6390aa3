"""From catalogue rows to facts about tables. Pure: rows in, values out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from sys import intern
from typing import Any

from catalog.connectors.metadata import (
    ColumnFacts,
    ForeignKeyFacts,
    IndexFacts,
    TableFacts,
    TableKind,
    TableRef,
)

KINDS: dict[str, TableKind] = {
    "r": "table",
    "v": "view",
    "m": "materialized_view",
    "f": "foreign_table",
    "p": "partitioned",
}
CatalogRows = Iterable[Sequence[Any]]


@dataclass
class Listing:
    """The rows of one database's catalogue, by the oid of the relation they describe.

    The shapes are those of the statements in queries.py, in their order of columns.
    """

    database: str
    tables: CatalogRows
    columns: dict[int, dict[int, ColumnFacts]] = field(default_factory=dict)
    primary: dict[int, tuple[str, ...]] = field(default_factory=dict)
    unique: dict[int, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))
    indexes: dict[int, list[IndexFacts]] = field(default_factory=lambda: defaultdict(list))
    foreign: dict[int, list[ForeignKeyFacts]] = field(default_factory=lambda: defaultdict(list))
    depends: dict[int, list[TableRef]] = field(default_factory=lambda: defaultdict(list))
    parents: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_oid: dict[int, Sequence[Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_oid = {row[0]: row for row in self.tables}

    def add_columns(self, rows: CatalogRows) -> None:
        """Columns, numbered anew without the gaps that dropped ones leave."""
        for oid, attnum, name, data_type, nullable, default, comment in rows:
            here = self.columns.setdefault(oid, {})
            here[attnum] = ColumnFacts(
                name, intern(data_type), len(here) + 1, nullable, default, comment, str(attnum)
            )

    def add_indexes(self, rows: CatalogRows) -> None:
        """Primary and unique keys, and the indexes that are neither; the columns must be known already."""
        for oid, primary, key, attnums, texts, name, unique, method in rows:
            if not key:
                self.add_index(oid, attnums, texts, name, unique, method)
            elif primary:
                self.primary[oid] = self.names(oid, attnums)
            elif (names := self.names(oid, attnums)) not in self.unique[oid]:
                self.unique[oid].append(names)

    def add_index(
        self, oid: int, attnums: list[int], texts: list[str] | None, name: str, unique: bool, method: str
    ) -> None:
        """One index; that of an expression cannot be told while its table is locked."""
        if texts is None and 0 in attnums:
            return
        shown = texts or [""] * len(attnums)
        parts = [self.columns[oid][at].name if at else text for at, text in zip(attnums, shown, strict=True)]
        self.indexes[oid].append(IndexFacts(name, tuple(parts), unique, method))

    def add_foreign_keys(self, rows: CatalogRows) -> None:
        """References to listed tables; the columns must be known already."""
        for oid, name, attnums, target, target_attnums in rows:
            if target in self.by_oid:
                at = self.ref(target)
                self.foreign[oid].append(
                    ForeignKeyFacts(
                        name, self.names(oid, attnums), at.schema, at.name, self.names(target, target_attnums)
                    )
                )

    def add_dependencies(self, rows: CatalogRows) -> None:
        """What views read."""
        for oid, schema, name in rows:
            self.depends[oid].append(TableRef(self.database, schema, name))

    def add_parents(self, rows: CatalogRows) -> None:
        """Inheritance, of which partitioning is a kind."""
        for oid, parent in rows:
            self.parents[oid].append(parent)

    def names(self, oid: int, attnums: Iterable[int]) -> tuple[str, ...]:
        """Column names for the server's column numbers."""
        return tuple(self.columns[oid][attnum].name for attnum in attnums)

    def ref(self, oid: int) -> TableRef:
        """The name of a listed relation."""
        _, schema, name, *_ = self.by_oid[oid]
        return TableRef(self.database, schema, name)

    def facts(self) -> list[TableFacts]:
        """Every relation but the partitions, which count for the table they are parts of."""
        leaves = self.leaves()
        return [
            self.table(row, [self.by_oid[oid] for oid in leaves[row[0]]])
            for row in self.by_oid.values()
            if not row[4]
        ]

    def leaves(self) -> dict[int, list[int]]:
        """The partitions that hold rows, for each partitioned table that is itself no partition."""
        found: dict[int, list[int]] = defaultdict(list)
        for oid, row in self.by_oid.items():
            if row[4] and row[3] != "p":
                found[self.top(oid)].append(oid)
        return found

    def top(self, oid: int) -> int:
        """The outermost table a partition belongs to."""
        while self.by_oid[oid][4] and self.parents[oid] and self.parents[oid][0] in self.by_oid:
            oid = self.parents[oid][0]
        return oid

    def table(self, row: Sequence[Any], partitions: list[Sequence[Any]]) -> TableFacts:
        """One relation; a partitioned table sums up its partitions."""
        oid, schema, name, relkind, _, owner, comment, rows, size, view_sql, locked = row
        if relkind == "p":
            rows = total(part[7] for part in partitions)
            size = total(part[8] for part in partitions)
        return TableFacts(
            database=self.database,
            schema=schema,
            name=name,
            kind=KINDS[relkind],
            columns=tuple(self.columns.get(oid, {}).values()),
            comment=comment,
            owner=owner,
            row_estimate=None if relkind == "v" else rows,
            size_bytes=size,
            primary_key=self.primary.get(oid, ()),
            unique=tuple(self.unique[oid]),
            foreign_keys=tuple(self.foreign[oid]),
            indexes=tuple(sorted(self.indexes[oid], key=by_name)),
            stable_id=str(oid),
            view_sql=view_sql,
            depends_on=tuple(sorted(self.depends[oid])),
            inherits=tuple(self.ref(parent) for parent in self.parents[oid] if parent in self.by_oid),
            partitions=len(partitions),
            partial=locked,
        )


def by_name(index: IndexFacts) -> str:
    """The order of indexes, whenever they were made."""
    return index.name


def total(estimates: Iterable[int | None]) -> int | None:
    """The sum of what is known, None when nothing is."""
    known = [each for each in estimates if each is not None]
    return sum(known) if known else None
