"""What a source says about what it holds: values that cross from a connector to the house."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from catalog.connectors.errors import ConnectorError

TableKind = Literal["table", "view", "materialized_view", "foreign_table", "partitioned", "file"]


@dataclass(frozen=True, order=True)
class TableRef:
    """One relation of a source, named exactly as the source names it (no quoting)."""

    database: str
    schema: str
    name: str


def dotted(*parts: str) -> str:
    """Join the parts of a name by dots; a part that holds a dot is quoted, so that no two names collide."""
    return ".".join('"' + part.replace('"', '""') + '"' if "." in part else part for part in parts)


@dataclass(frozen=True)
class ColumnFacts:
    """`position` counts from 1 without gaps; `default` is SQL text.

    `stable_id` stays when the column is renamed; empty where the source has no such thing.
    """

    name: str
    data_type: str
    position: int
    nullable: bool
    default: str | None = None
    comment: str = ""
    stable_id: str = ""


@dataclass(frozen=True)
class ForeignKeyFacts:
    """`columns[i]` refers to `target_columns[i]`; the target is in the same database."""

    name: str
    columns: tuple[str, ...]
    target_schema: str
    target_table: str
    target_columns: tuple[str, ...]


@dataclass(frozen=True)
class IndexFacts:
    """An index that is no key. Of an expression, `columns` holds its SQL text."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    method: str = ""


@dataclass(frozen=True)
class TableFacts:
    """A relation as the source's own catalogue describes it.

    `row_estimate` and `size_bytes` are the server's last estimates, None where it has none.
    `depends_on` is what the server itself says a view reads. A relation that another session
    held locked is `partial`: its defaults and `view_sql` are unknown this time, not gone.
    `partitions` counts the partitions, which are not listed themselves. `stable_id` stays when
    the relation is renamed or moved. `modified_at` is when its data last changed, as far as the
    source knows. `extra` is what only this kind of source says, as JSON.
    """

    database: str
    schema: str
    name: str
    kind: TableKind
    columns: tuple[ColumnFacts, ...] = ()
    comment: str = ""
    owner: str = ""
    row_estimate: int | None = None
    size_bytes: int | None = None
    primary_key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKeyFacts, ...] = ()
    view_sql: str | None = None
    depends_on: tuple[TableRef, ...] = ()
    inherits: tuple[TableRef, ...] = ()
    indexes: tuple[IndexFacts, ...] = ()
    partitions: int = 0
    partial: bool = False
    stable_id: str = ""
    modified_at: datetime | None = None
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def ref(self) -> TableRef:
        """The name other calls of the connector take."""
        return TableRef(self.database, self.schema, self.name)


@dataclass(frozen=True)
class SchemaFacts:
    """A schema, listed even when it is empty."""

    database: str
    name: str
    comment: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Scope:
    """One database of a snapshot.

    Absence means removal only where `proven` holds: the listing came to its end, and the source
    cannot have kept anything back. `unproven` says why it could have, to a person.
    """

    database: str
    comment: str = ""
    error: ConnectorError | None = None
    unproven: str = ""
    kind: Literal["database", "folder"] = "database"

    @property
    def complete(self) -> bool:
        """Whether everything in this database was listed."""
        return self.error is None

    @property
    def proven(self) -> bool:
        """Whether what is not listed is not there."""
        return self.complete and not self.unproven


@dataclass(frozen=True)
class Snapshot:
    """Everything listed at one moment, in the order of database, schema and name."""

    namespace: str
    server_version: str
    scopes: tuple[Scope, ...]
    schemas: tuple[SchemaFacts, ...]
    tables: tuple[TableFacts, ...]
