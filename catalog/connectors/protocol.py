"""What the house asks of a governed source, and the values that cross this boundary.

Nothing here knows a driver. Identifiers are quoted and values bound by the connector, so
callers hand over names and values as they are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

ErrorKind = Literal[
    "config",  # a setting cannot be right, whatever the server says
    "unreachable",  # no server answers there, or it went away
    "auth",  # the server does not believe who we are
    "unknown_database",
    "permission",  # known to the server, and not allowed this
    "timeout",
    "missing",  # the table or column is not there (any more)
    "query",  # the server cannot do what the statement asks
]
TableKind = Literal["table", "view", "materialized_view", "foreign_table", "partitioned"]
MeasureFunction = Literal["count", "count_distinct", "min", "max", "sum", "avg"]
Operator = Literal["eq", "ne", "in", "is_null", "not_null", "lt", "le", "gt", "ge", "matches"]
Progress = Callable[[int, int, str], None]
"""Called as (steps done, steps in all, what is being done)."""


class ConnectorError(Exception):
    """A source did not do what was asked. The message is said to a person and holds no secret."""

    def __init__(self, message: str, kind: ErrorKind, field: str | None = None) -> None:
        """`field` names the setting to look at, where one is to blame."""
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.field = field


class Capability(StrEnum):
    """What a kind of source can be asked for."""

    SNAPSHOT = "snapshot"
    CONSTRAINTS = "constraints"
    VIEW_SQL = "view_sql"
    SQL = "sql"
    AGGREGATES = "aggregates"
    SELECT = "select"


@dataclass(frozen=True, order=True)
class TableRef:
    """One relation of a source, named exactly as the source names it (no quoting)."""

    database: str
    schema: str
    name: str


@dataclass(frozen=True)
class ColumnFacts:
    """`position` counts from 1 without gaps; `default` is SQL text."""

    name: str
    data_type: str
    position: int
    nullable: bool
    default: str | None = None
    comment: str = ""


@dataclass(frozen=True)
class ForeignKeyFacts:
    """`columns[i]` refers to `target_columns[i]`; the target is in the same database."""

    name: str
    columns: tuple[str, ...]
    target_schema: str
    target_table: str
    target_columns: tuple[str, ...]


@dataclass(frozen=True)
class TableFacts:
    """A relation as the source's own catalogue describes it.

    `row_estimate` and `size_bytes` are the server's last estimates, None where it has none.
    `depends_on` is what the server itself says a view reads. A relation that another session
    held locked is `partial`: its defaults and `view_sql` are unknown this time, not gone.
    `partitions` counts the partitions, which are not listed themselves.
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
    partitions: int = 0
    partial: bool = False

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
    """One database of a snapshot. Only where `error` is None may absence mean removal."""

    database: str
    comment: str = ""
    error: ConnectorError | None = None

    @property
    def complete(self) -> bool:
        """Whether everything in this database was listed."""
        return self.error is None


@dataclass(frozen=True)
class Snapshot:
    """Everything listed at one moment, in the order of database, schema and name."""

    namespace: str
    server_version: str
    scopes: tuple[Scope, ...]
    schemas: tuple[SchemaFacts, ...]
    tables: tuple[TableFacts, ...]


@dataclass(frozen=True)
class ServerFacts:
    """Who answered, who we are to it, and what a careful administrator should know."""

    product: str
    version: str
    user: str
    databases: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Where:
    """A condition on one column; conditions given together must all hold.

    `value` is bound, never written into the statement: one value, or several for "in";
    "is_null" and "not_null" take none; "matches" takes a regular expression of the source.
    """

    column: str
    operator: Operator = "eq"
    value: object = None


@dataclass(frozen=True)
class Measure:
    """One aggregate, answered under `key`; `where` narrows this measure only.

    "count" without a column counts rows, with one its values that are not null.
    """

    key: str
    function: MeasureFunction
    column: str | None = None
    where: tuple[Where, ...] = ()


@dataclass(frozen=True)
class Rows:
    """An answer of at most `limit` rows; `truncated` says that there was more."""

    columns: tuple[str, ...]
    values: tuple[tuple[object, ...], ...]
    truncated: bool = False

    def records(self) -> list[dict[str, object]]:
        """The rows as dictionaries; of columns of one name the last wins."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.values]


def quiet(done: int, total: int, message: str) -> None:
    """The progress of someone who does not watch."""


class Connector(Protocol):
    """An opened source. Every method may raise ConnectorError, and nothing else of its driver.

    All reading happens in read-only transactions with the statement timeout of the settings.
    """

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What may be asked; the rest raises ConnectorError."""

    @property
    def namespace(self) -> str:
        """The source's OpenLineage namespace, `postgres://host:port` for PostgreSQL."""

    def dataset_name(self, table: TableRef) -> str:
        """The table's OpenLineage name within the namespace."""

    def covers(self, table: TableRef) -> bool:
        """Whether the settings ask for this table; one out of scope is not a removed one."""

    def test(self) -> ServerFacts:
        """Reach the source and say who answered."""

    def snapshot(self, progress: Progress = quiet) -> Snapshot:
        """List everything in scope, in a number of queries that does not grow with it.

        Raises only when no database could be read; otherwise the scopes tell.
        """

    def rows(
        self,
        query: str,
        params: Mapping[str, object] | None = None,
        *,
        database: str | None = None,
        limit: int = 1000,
    ) -> Rows:
        """Run one reading statement; values are written `:name` and bound from `params`.

        Without `params` the statement is sent exactly as it is written.
        """

    def scalar(
        self, query: str, params: Mapping[str, object] | None = None, *, database: str | None = None
    ) -> object:
        """The first value of the first row, None without rows."""

    def count_where(self, table: TableRef, where: Iterable[Where] = ()) -> int:
        """How many rows fulfil all conditions, counted in the source."""

    def aggregate(self, table: TableRef, measures: Sequence[Measure]) -> dict[str, object]:
        """All measures from one scan of the table, by their keys."""

    def select(
        self, table: TableRef, columns: Sequence[str], where: Iterable[Where] = (), limit: int = 1000
    ) -> Rows:
        """Rows of one table, in no particular order."""


@dataclass(frozen=True)
class SettingField:
    """One field of the form that describes a source."""

    name: str
    label: str
    kind: Literal["text", "integer", "choice", "list"]
    help: str = ""
    required: bool = False
    default: str | int | tuple[str, ...] | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Driver:
    """A kind of source: its form, what is wrong with settings, and how to open one."""

    label: str
    fields: tuple[SettingField, ...]
    problems: Callable[[Mapping[str, object]], dict[str, str]]
    connect: Callable[[Mapping[str, object], str], Connector] = field(repr=False)
