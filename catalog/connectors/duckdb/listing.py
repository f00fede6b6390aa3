"""From rows of DuckDB's catalogue to facts about tables. Pure: rows in, values out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.connectors.metadata import ColumnFacts, ForeignKeyFacts, IndexFacts, TableFacts, TableRef
from catalog.connectors.reading import read_by

Rows = Iterable[Sequence[Any]]
Place = tuple[str, str]
"""Schema and table."""
USUAL = "main"  # the schema of a name without one


@dataclass
class Listing:
    """One database; the shapes of rows are those of queries.py."""

    database: str
    tables: Sequence[Sequence[Any]]
    columns: dict[Place, list[ColumnFacts]] = field(default_factory=lambda: defaultdict(list))
    primary: dict[Place, tuple[str, ...]] = field(default_factory=dict)
    unique: dict[Place, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))
    foreign: dict[Place, list[ForeignKeyFacts]] = field(default_factory=lambda: defaultdict(list))
    indexes: dict[Place, list[IndexFacts]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[Place, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = {(schema.lower(), name.lower()): (schema, name) for schema, name, *_ in self.tables}

    def add_columns(self, rows: Rows) -> None:
        for schema, table, name, data_type, nullable, default, comment in rows:
            here = self.columns[schema, table]
            here.append(ColumnFacts(name, data_type, len(here) + 1, nullable, default, comment))

    def add_constraints(self, rows: Rows) -> None:
        """Keys; DuckDB lets a foreign key stay in its schema only."""
        for schema, table, kind, name, columns, target, target_columns in rows:
            place = (schema, table)
            if kind == "PRIMARY KEY":
                self.primary[place] = tuple(columns)
            elif kind == "UNIQUE":
                self.unique[place].append(tuple(columns))
            else:
                key = ForeignKeyFacts(name, tuple(columns), schema, target, tuple(target_columns))
                self.foreign[place].append(key)

    def add_indexes(self, rows: Rows) -> None:
        for schema, table, name, unique, expressions in rows:
            parts = tuple(parts_of(expressions))
            self.indexes[schema, table].append(IndexFacts(name, parts, unique, "art"))
            known = {each.name for each in self.columns[schema, table]}
            if unique and known.issuperset(parts) and parts not in self.unique[schema, table]:
                self.unique[schema, table].append(parts)

    def facts(self) -> list[TableFacts]:
        """Every table and view, in the order given."""
        return [self.table(row) for row in self.tables]

    def table(self, row: Sequence[Any]) -> TableFacts:
        schema, name, kind, comment, estimate, view_sql = row
        place = (schema, name)
        return TableFacts(
            database=self.database,
            schema=schema,
            name=name,
            kind=kind,
            columns=tuple(self.columns.get(place, ())),
            comment=comment,
            row_estimate=self.rows.get(place, estimate),
            primary_key=self.primary.get(place, ()),
            unique=tuple(self.unique.get(place, ())),
            foreign_keys=tuple(self.foreign.get(place, ())),
            indexes=tuple(self.indexes.get(place, ())),
            view_sql=view_sql,
            depends_on=tuple(sorted(self.depends_on(schema, view_sql))) if view_sql else (),
        )

    def depends_on(self, schema: str, view_sql: str) -> set[TableRef]:
        """What a view reads, as far as it is there; `a.b` may be a schema's table or a database's."""
        found = set()
        for database, written, name in read_by(view_sql, "duckdb"):
            if database.lower() not in {"", self.database.lower()}:
                continue
            for each in dict.fromkeys((written, USUAL) if written else (schema, USUAL)):
                place = self.known.get((each.lower(), name.lower()))
                if place and (each == written or written.lower() in {"", self.database.lower()}):
                    found.add(TableRef(self.database, *place))
                    break
        return found


def parts_of(expressions: str) -> Iterable[str]:
    """The parts of an index, which DuckDB writes as `[x, 'lower(y)']`."""
    inner = str(expressions).strip().removeprefix("[").removesuffix("]")
    parts, depth, start, quoted = [], 0, 0, False
    for at, letter in enumerate(inner):
        quoted ^= letter == "'"
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth and not quoted:
            parts.append(inner[start:at])
            start = at + 1
    parts.append(inner[start:])
    for each in parts:
        part = each.strip().strip("'")
        yield part[1:-1] if part.startswith("(") else part.strip('"')
