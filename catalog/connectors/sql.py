"""A base for connectors over SQL: what is asked of a source, written once for every engine.

An engine is a folder of `settings`, `session`, `statements`, `queries`, `listing` and `connector`. Its
connector inherits `SqlConnector` and brings

- `statements`: an instance of `Statements` or of a class that overrides what differs;
- a session (`Session` below), whose failures all leave as ConnectorError;
- settings with `namespace`, `harvested` and `covers` (`catalog.connectors.settings.ServerSettings` has them);
- `steps`, how often `listed` calls its `tell` with a step of its own, and `listed`, which reads one database;
- `test`, and `probe` where the engine can tell.
"""

import re
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Protocol

from sqlalchemy import Connection

from catalog.connectors.errors import ConnectorError
from catalog.connectors.guard import refuse_nul
from catalog.connectors.metadata import SchemaFacts, Scope, Snapshot, TableFacts, TableRef, dotted
from catalog.connectors.protocol import Capability, Measure, Progress, Rows, ServerFacts, Where, quiet
from catalog.connectors.statements import Statements

MOST_MEASURES = 500  # per statement; PostgreSQL ends at 1,664 result columns
PLACES = re.compile(
    r"""[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*"  # literals and identifiers
      | --[^\n]* | /\*.*?\*/ | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$      # comments, dollar quotes
      | :: | :(?P<name>[A-Za-z_]\w*) | %""",
    re.VERBOSE | re.DOTALL,
)
Tell = Callable[[int, str], None]
"""Called as (step within the database, what is being read)."""


class Session(Protocol):
    """Opens guarded connections: read-only, with a deadline."""

    def reading(self, database: str | None = None) -> AbstractContextManager[Connection]:
        """One consistent read-only transaction; every failure within leaves as ConnectorError."""


class Settings(Protocol):
    """What the base needs to know of the settings."""

    @property
    def namespace(self) -> str:
        """The OpenLineage namespace."""

    @property
    def harvested(self) -> tuple[str, ...]:
        """The databases to read."""

    def covers(self, database: str, schema: str, table: str) -> bool:
        """Whether a table is wanted."""


@dataclass(frozen=True)
class Listed:
    """One database, listed to its end; tables that the settings do not cover may be among them."""

    scope: Scope
    tables: Sequence[TableFacts]
    schemas: Sequence[SchemaFacts] = ()
    version: str = ""


class SqlConnector:
    """Reads one source. Opens a connection per call and keeps none."""

    capabilities: frozenset[Capability] = frozenset(Capability) - {
        Capability.PROBE,
        Capability.DDL_FEED,
        Capability.USAGE,
    }
    statements: ClassVar[Statements] = Statements()
    steps: ClassVar[int] = 1

    def __init__(self, settings: Settings, session: Session) -> None:
        self.settings = settings
        self._session = session

    def test(self) -> ServerFacts:
        """Who answered, and what we may do there."""
        raise NotImplementedError

    def listed(
        self, connection: Connection, database: str, tell: Tell, only: Collection[TableRef] | None
    ) -> Listed:
        """All of one database, or of it `only` these relations, in a number of queries that does not grow."""
        raise NotImplementedError

    @property
    def namespace(self) -> str:
        """As the settings say."""
        return self.settings.namespace

    def dataset_name(self, table: TableRef) -> str:
        """`database.schema.table`; a part that holds a dot is quoted, or two tables could share a name."""
        return dotted(*filter(None, (table.database, table.schema, table.name)))

    def covers(self, table: TableRef) -> bool:
        """Whether the settings ask for this table."""
        return self.settings.covers(table.database, table.schema, table.name)

    def probe(self) -> Mapping[str, str]:
        """No database can tell, unless the engine overrides this."""
        return {}

    def asked_of_each(self, ask: Callable[[Connection, str], str]) -> dict[str, str]:
        """What each database answers; one that cannot be read is left out."""
        found: dict[str, str] = {}
        for database in self.settings.harvested:
            try:
                with self._session.reading(database) as connection:
                    found[database] = ask(connection, database)
            except ConnectorError:
                continue
        return found

    def snapshot(self, progress: Progress = quiet, only: Collection[TableRef] | None = None) -> Snapshot:
        """List the databases of the settings, one transaction and a fixed number of queries for each."""
        names = self.settings.harvested
        if only is not None:
            asked = {each.database for each in only}
            names = tuple(each for each in names if each in asked)
        found = [self._read(name, done, len(names), progress, only) for done, name in enumerate(names)]
        failures = [each.scope.error for each in found if each.scope.error]
        if names and len(failures) == len(names):
            raise failures[0]
        return Snapshot(
            namespace=self.namespace,
            server_version=next((each.version for each in found if each.version), ""),
            scopes=tuple(each.scope for each in found),
            schemas=tuple(schema for each in found for schema in each.schemas),
            tables=tuple(
                table
                for each in found
                for table in each.tables
                if self.covers(table.ref) and (only is None or table.ref in only)
            ),
        )

    def _read(
        self, database: str, done: int, total: int, progress: Progress, only: Collection[TableRef] | None
    ) -> Listed:
        """One database, all of it or nothing."""
        before, steps = done * self.steps, total * self.steps

        def tell(step: int, what: str) -> None:
            progress(before + step, steps, f"{database}: reading {what}")

        try:
            with self._session.reading(database) as connection:
                found = self.listed(connection, database, tell, only)
        except ConnectorError as error:
            return Listed(Scope(database, error=error), ())
        progress(before + self.steps, steps, f"{database}: {len(found.tables)} tables and views")
        return found

    def written(self, query: str, names: Container[str]) -> str:
        """The query with `:name` as the driver wants it: here as `%(name)s`."""
        return driver_style(query, names)

    def rows(
        self,
        query: str,
        params: Mapping[str, object] | None = None,
        *,
        database: str | None = None,
        limit: int = 1000,
    ) -> Rows:
        """Stream at most `limit` rows of one reading statement."""
        refuse_nul(query)
        with self._session.reading(database) as connection:
            streaming = connection.execution_options(
                stream_results=True, no_parameters=not params, max_row_buffer=max(limit, 1)
            )
            if params:
                query = self.written(query, params)
            result = streaming.exec_driver_sql(query, dict(params or {}))
            return Rows(tuple(result.keys()), *shortened(result, limit))

    def scalar(
        self, query: str, params: Mapping[str, object] | None = None, *, database: str | None = None
    ) -> object:
        """The first value of the first row, None without rows."""
        found = self.rows(query, params, database=database, limit=1).values
        return found[0][0] if found else None

    def count_where(self, table: TableRef, where: Iterable[Where] = ()) -> int:
        """How many rows fulfil all conditions."""
        answer = self.aggregate(table, [Measure("rows", "count", where=tuple(where))])
        return int(str(answer["rows"]))

    def aggregate(self, table: TableRef, measures: Sequence[Measure]) -> dict[str, object]:
        """All measures over one state of the table; one scan for every five hundred of them."""
        keys = [each.key for each in measures]
        if len(set(keys)) != len(keys):
            raise ConnectorError("Two measures share a key.", "query")
        values: list[object] = []
        with self._session.reading(table.database) as connection:
            for start in range(0, len(measures), MOST_MEASURES):
                batch = self.statements.measures_of(table, measures[start : start + MOST_MEASURES])
                values += connection.execute(batch).one()
        return dict(zip(keys, values, strict=True))

    def select(
        self, table: TableRef, columns: Sequence[str], where: Iterable[Where] = (), limit: int = 1000
    ) -> Rows:
        """Rows of one table by conditions."""
        with self._session.reading(table.database) as connection:
            found = connection.execute(self.statements.rows_of(table, columns, tuple(where), limit + 1))
            return Rows(tuple(columns), *shortened(found, limit))

    def sample(self, table: TableRef, columns: Sequence[str], limit: int = 100) -> Rows:
        """Some rows, from wherever the engine begins."""
        return self.select(table, columns, limit=limit)


def driver_style(query: str, names: Container[str], place: str = "%({})s", percent: str = "%%") -> str:
    """The query with `:name` as the driver's place; casts, literals and comments stay what they are."""

    def rewritten(found: re.Match[str]) -> str:
        if found["name"] in names:
            return place.format(found["name"])
        return found[0].replace("%", percent)

    return PLACES.sub(rewritten, query)


def shortened(rows: Iterable[Sequence[Any]], limit: int) -> tuple[tuple[tuple[object, ...], ...], bool]:
    """The first `limit` rows, and whether there was another."""
    found = [tuple(row) for row in islice(rows, limit + 1)]
    return tuple(found[:limit]), len(found) > limit
