"""What the house asks of a governed source, and the values that cross this boundary.

Nothing here knows a driver. Identifiers are quoted and values bound by the connector, so
callers hand over names and values as they are.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from catalog.connectors.metadata import Snapshot, TableRef

MeasureFunction = Literal["count", "count_distinct", "min", "max", "sum", "avg"]
Operator = Literal["eq", "ne", "in", "is_null", "not_null", "lt", "le", "gt", "ge", "matches"]
Progress = Callable[[int, int, str], None]
"""Called as (steps done, steps in all, what is being done)."""


class Capability(StrEnum):
    """What a kind of source can be asked for."""

    SNAPSHOT = "snapshot"
    CONSTRAINTS = "constraints"
    VIEW_SQL = "view_sql"
    SQL = "sql"
    AGGREGATES = "aggregates"
    SELECT = "select"
    PROBE = "probe"
    DDL_FEED = "ddl_feed"
    USAGE = "usage"


@dataclass(frozen=True)
class Check:
    """One thing that the portal needs at the source. `remedy` is the statement that would give it.

    What is not `needed` only opens more: usage, sizes, a feed of changes.
    """

    name: str
    ok: bool
    message: str = ""
    remedy: str = ""
    needed: bool = True


@dataclass(frozen=True)
class ServerFacts:
    """Who answered, who we are to it, and what a careful administrator should know."""

    product: str
    version: str
    user: str
    databases: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()


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
        """Reach the source, say who answered, and check each thing that a harvest needs."""

    def probe(self) -> Mapping[str, str]:
        """A short text for each database that differs whenever a snapshot would; cheap to ask for.

        A database that cannot tell is left out. Ask before the snapshot that it shall stand for, and keep
        it only where no relation of that snapshot is `partial`.
        """

    def snapshot(self, progress: Progress = quiet, only: Collection[TableRef] | None = None) -> Snapshot:
        """List everything in scope, in a number of queries that does not grow with it.

        `only` asks for these relations and nothing else; then absence proves nothing.
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

    def sample(self, table: TableRef, columns: Sequence[str], limit: int = 100) -> Rows:
        """Some rows of one table, taken cheaply and not only from its beginning where that is possible."""


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
    """A kind of source: its form, what is wrong with settings, and how to open one.

    `secret` is what the form calls the secret, empty where there is none; `leads_to` names the
    settings that say where the secret is sent; `about` is one sentence for who chooses a kind.
    """

    label: str
    fields: tuple[SettingField, ...]
    problems: Callable[[Mapping[str, object]], dict[str, str]]
    connect: Callable[[Mapping[str, object], str], Connector] = field(repr=False)
    secret: str = "Password"  # noqa: S105 - a label
    leads_to: tuple[str, ...] = ("host", "port")
    about: str = ""
