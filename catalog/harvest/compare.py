"""What the catalog should hold of a source, worked out from its snapshot. Knows no Django.

Keys of `facts`, where they apply: `title` (the source's own name of it), `database`, `schema`,
`kind` (the source's own word), `owner` (in the source), `primary_key`, `unique`, `indexes`, `view_sql`,
`depends_on` and `inherits` (dataset names of the same namespace), `partitions`, `server`, `stable_id`,
`extra` (what only this kind of source says), `documented` (by other sources, see guests.py).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from catalog.connectors.metadata import (
    ColumnFacts,
    ForeignKeyFacts,
    SchemaFacts,
    Scope,
    Snapshot,
    TableFacts,
    TableKind,
    TableRef,
    dotted,
)

KINDS: dict[TableKind, str] = {
    "table": "table",
    "partitioned": "table",
    "foreign_table": "table",
    "view": "view",
    "materialized_view": "view",
    "file": "file",
}
LONGEST_TYPE = 200
Named = Callable[[TableRef], str]
Covers = Callable[[TableRef], bool]


@dataclass(frozen=True)
class WantedField:
    """A column; the names are those of the model's attributes."""

    name: str
    data_type: str
    position: int
    nullable: bool
    default: str
    harvested_description: str
    is_key: bool


def row_of(column: WantedField) -> dict[str, Any]:
    """The attributes of the field's row; quicker than `asdict`, for there are very many."""
    return dict(vars(column))


@dataclass(frozen=True)
class WantedKey:
    """A foreign key to the asset named `target`."""

    name: str
    columns: list[str]
    target: str
    target_columns: list[str]


@dataclass(frozen=True)
class Wanted:
    """One asset as the source describes it; `parent` is the name of what it stands in.

    `ids` are the source's own ids of its columns, by their names, where it has such; a table that was made
    anew has new ones. `elsewhere` names the foreign keys to what the harvest does not read.
    """

    kind: str
    name: str
    parent: str | None
    comment: str
    facts: dict[str, Any]
    fields: tuple[WantedField, ...] = ()
    keys: tuple[WantedKey, ...] = ()
    row_estimate: int | None = None
    size_bytes: int | None = None
    modified_at: datetime | None = None
    partial: bool = False
    ids: dict[str, str] = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()

    @cached_property
    def schema(self) -> dict[str, Any]:
        """What people would call its schema, as JSON: versions keep it, and catalog.history compares it."""
        said = {key: self.facts[key] for key in IN_SCHEMA if key in self.facts}
        columns = [described(column, self.ids) for column in self.fields]
        keys = {"foreign_keys": [asdict(key) for key in self.keys]} if self.keys else {}
        more = kept(keys_elsewhere=list(self.elsewhere), comment=self.comment)
        return {"kind": self.kind, "columns": columns, **said, **keys, **more}

    @cached_property
    def fingerprint(self) -> str:
        """Differs whenever something does that people would call a change; estimates are not."""
        said = [self.name, self.parent, self.facts, self.schema, self.partial]
        return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


IN_SCHEMA = ("primary_key", "unique", "indexes", "view_sql", "depends_on", "inherits", "owner")


def described(column: WantedField, ids: dict[str, str]) -> dict[str, Any]:
    """One column of a schema; what is usual is left out."""
    said: dict[str, Any] = {"name": column.name, "type": column.data_type}
    if not column.nullable:
        said["nullable"] = False
    if column.default:
        said["default"] = column.default
    if column.harvested_description:
        said["comment"] = column.harvested_description
    if column.name in ids:
        said["id"] = ids[column.name]
    return said


def levels(
    snapshot: Snapshot, scope: Scope, named: Named, covers: Covers, others: Iterable[str] = ()
) -> list[list[Wanted]]:
    """The assets of one database, containers before what they contain: database, schemas, tables.

    `others` are the names of assets that keys may refer to, although they are not in the snapshot.
    """
    tables = [table for table in snapshot.tables if table.database == scope.database]
    filled = {table.schema for table in tables}
    schemas = [
        schema
        for schema in snapshot.schemas
        if schema.database == scope.database
        and (schema.name in filled or covers(TableRef(schema.database, schema.name, "")))
    ]
    known = {named(table.ref) for table in tables} | set(others)
    return [
        [of_database(scope, snapshot.server_version)],
        [of_schema(schema) for schema in schemas],
        [of_table(table, named, known, scope) for table in tables],
    ]


def of_database(scope: Scope, server: str) -> Wanted:
    """The database, or the folder, that everything else of the scope stands in."""
    facts = kept(title=scope.database, server=server)
    return Wanted(scope.kind, container(scope), None, scope.comment, facts)


def container(scope: Scope, schema: str = "") -> str:
    """The name of what tables stand in; a folder's is its path as it is, and MySQL has no schemas."""
    return scope.database if scope.kind == "folder" else dotted(*filter(None, (scope.database, schema)))


def of_schema(schema: SchemaFacts) -> Wanted:
    facts = kept(title=schema.name, database=schema.database, owner=schema.owner)
    name, parent = dotted(schema.database, schema.name), dotted(schema.database)
    return Wanted("schema", name, parent, schema.comment, facts)


def of_table(table: TableFacts, named: Named, known: set[str], scope: Scope) -> Wanted:
    """A table or view; of references to what is out of scope only their own names are kept."""
    keys = list(keys_of(table, named))
    return Wanted(
        kind=KINDS[table.kind],
        name=named(table.ref),
        parent=container(scope, table.schema),
        comment=table.comment,
        facts=facts_of(table, named),
        fields=tuple(field_of(column, table.primary_key) for column in table.columns),
        keys=tuple(key for key in keys if key.target in known),
        row_estimate=table.row_estimate,
        size_bytes=table.size_bytes,
        modified_at=table.modified_at,
        partial=table.partial,
        ids={each.name: f"{table.stable_id}.{each.stable_id}" for each in table.columns if each.stable_id},
        elsewhere=tuple(sorted(key.name for key in keys if key.target not in known)),
    )


def facts_of(table: TableFacts, named: Named) -> dict[str, Any]:
    return kept(
        title=table.name,
        database=table.database,
        schema=table.schema,
        kind=table.kind,
        owner=table.owner,
        primary_key=list(table.primary_key),
        unique=[list(columns) for columns in table.unique],
        indexes=[{**vars(index), "columns": list(index.columns)} for index in table.indexes],
        view_sql=table.view_sql,
        depends_on=sorted(map(named, table.depends_on)),
        inherits=list(map(named, table.inherits)),
        partitions=table.partitions,
        stable_id=table.stable_id,
        extra=dict(table.extra),
    )


def kept(**facts: Any) -> dict[str, Any]:
    """The facts that say something."""
    return {key: value for key, value in facts.items() if value not in (None, "", [], {}, 0)}


def field_of(column: ColumnFacts, primary_key: Iterable[str]) -> WantedField:
    return WantedField(
        name=column.name,
        data_type=column.data_type[:LONGEST_TYPE],
        position=column.position,
        nullable=column.nullable,
        default=column.default or "",
        harvested_description=column.comment,
        is_key=column.name in primary_key,
    )


def keys_of(table: TableFacts, named: Named) -> Iterator[WantedKey]:
    for key in table.foreign_keys:
        yield WantedKey(key.name, list(key.columns), target_of(table, key, named), list(key.target_columns))


def target_of(table: TableFacts, key: ForeignKeyFacts, named: Named) -> str:
    """The name of the asset that a key refers to."""
    return named(TableRef(table.database, key.target_schema, key.target_table))
