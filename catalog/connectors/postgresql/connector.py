"""A PostgreSQL server as a governed source."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, CursorResult

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import SchemaFacts, Scope, Snapshot, TableFacts, TableRef
from catalog.connectors.postgresql import queries, statements
from catalog.connectors.postgresql.listing import Listing
from catalog.connectors.postgresql.session import Session
from catalog.connectors.postgresql.settings import FIELDS, PostgresSettings, problems
from catalog.connectors.protocol import (
    Capability,
    Connector,
    Driver,
    Measure,
    Progress,
    Rows,
    ServerFacts,
    Where,
    quiet,
)

STEPS = 7  # per database: what `Gathering.listing` reports
MOST_MEASURES = 500  # per statement; PostgreSQL ends at 1,664 result columns


class PostgresConnector:
    """Reads one server. Opens a connection per call and keeps none."""

    capabilities = frozenset(Capability) - {Capability.PROBE}

    def __init__(self, settings: PostgresSettings, secret: str) -> None:
        self.settings = settings
        self._session = Session(settings, secret)

    @property
    def namespace(self) -> str:
        """`postgres://host:port`, or with the authority of the settings."""
        return self.settings.namespace

    def dataset_name(self, table: TableRef) -> str:
        """`database.schema.table`; a part that holds a dot is quoted, or two tables could share a name."""
        parts = (table.database, table.schema, table.name)
        return ".".join('"' + each.replace('"', '""') + '"' if "." in each else each for each in parts)

    def covers(self, table: TableRef) -> bool:
        """Whether the settings ask for this table."""
        return self.settings.covers(table.database, table.schema, table.name)

    def test(self) -> ServerFacts:
        """Reach the server and every database of the settings; warn of too much and too little privilege."""
        with self._session.reading() as connection:
            product, version, user, superuser, databases = connection.execute(queries.SERVER).one()
        warnings = [f"“{user}” is a superuser: a role that may only read is enough."] if superuser else []
        for database in self.settings.harvested:
            with self._session.reading(database) as connection:
                warnings += [unreadable(user, *row) for row in connection.execute(queries.UNREADABLE)]
        return ServerFacts(product, version, user, tuple(databases or ()), tuple(warnings))

    def probe(self) -> Mapping[str, str]:
        """No database can tell yet."""
        return {}

    def snapshot(self, progress: Progress = quiet, only: Collection[TableRef] | None = None) -> Snapshot:
        """List the databases of the settings, ten queries and one transaction for each."""
        names = self.settings.harvested
        gathered = Gathering(progress, STEPS * len(names))
        for done, name in enumerate(names):
            gathered.read(self, name, done * STEPS)
        failures = [each.error for each in gathered.scopes if each.error]
        if len(failures) == len(names):
            raise failures[0]
        return Snapshot(
            namespace=self.namespace,
            server_version=gathered.version,
            scopes=tuple(gathered.scopes),
            schemas=tuple(gathered.schemas),
            tables=tuple(
                each
                for each in gathered.tables
                if self.covers(each.ref) and (only is None or each.ref in only)
            ),
        )

    def rows(
        self,
        query: str,
        params: Mapping[str, object] | None = None,
        *,
        database: str | None = None,
        limit: int = 1000,
    ) -> Rows:
        """Stream at most `limit` rows of one SELECT, VALUES or WITH through a cursor."""
        if "\x00" in query:  # the driver would send the part before it
            raise ConnectorError("A query cannot hold a NUL character.", "query")
        with self._session.reading(database) as connection:
            streaming = connection.execution_options(
                stream_results=True, no_parameters=True, max_row_buffer=max(limit, 1)
            )
            if params:
                query = statements.driver_style(query, params)
            return capped(streaming.exec_driver_sql(query, dict(params or {})), limit)

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
                batch = statements.measures_of(table, measures[start : start + MOST_MEASURES])
                values += connection.execute(batch).one()
        return dict(zip(keys, values, strict=True))

    def select(
        self, table: TableRef, columns: Sequence[str], where: Iterable[Where] = (), limit: int = 1000
    ) -> Rows:
        """Rows of one table by conditions."""
        with self._session.reading(table.database) as connection:
            found = connection.execute(statements.rows_of(table, columns, tuple(where), limit + 1))
            return Rows(tuple(columns), *shortened(found, limit))

    def sample(self, table: TableRef, columns: Sequence[str], limit: int = 100) -> Rows:
        """Some rows, from wherever the server begins."""
        return self.select(table, columns, limit=limit)


class Gathering:
    """A snapshot in the making."""

    def __init__(self, progress: Progress, steps: int) -> None:
        self.progress = progress
        self.steps = steps
        self.version = ""
        self.scopes: list[Scope] = []
        self.schemas: list[SchemaFacts] = []
        self.tables: list[TableFacts] = []

    def read(self, connector: PostgresConnector, database: str, done: int) -> None:
        """One database, all of it or nothing."""
        try:
            with connector._session.reading(database) as connection:
                self.version = connection.execute(queries.SETTINGS).one()[2]
                comment: str = connection.execute(queries.DATABASE_COMMENT).scalar_one()
                schemas = [SchemaFacts(database, *row) for row in connection.execute(queries.ALL_SCHEMAS)]
                tables = self.listing(connection, database, done).facts()
        except ConnectorError as error:
            self.scopes.append(Scope(database, error=error))
            return
        self.scopes.append(Scope(database, comment))
        self.schemas += schemas
        self.tables += tables

    def listing(self, connection: Connection, database: str, done: int) -> Listing:
        """The catalogue of one database, query by query."""

        def ask(step: int, what: str, query: Any) -> list[Any]:
            self.progress(done + step, self.steps, f"{database}: reading {what}")
            return list(connection.execute(query))

        listing = Listing(database, ask(0, "tables", queries.TABLES))
        listing.add_columns(ask(1, "columns", queries.COLUMNS))
        listing.add_keys(ask(2, "keys", queries.KEYS))
        listing.add_foreign_keys(ask(3, "foreign keys", queries.FOREIGN_KEYS))
        listing.add_dependencies(ask(4, "what views read", queries.DEPENDENCIES))
        listing.add_parents(ask(5, "inheritance", queries.PARENTS))
        self.progress(done + STEPS, self.steps, f"{database}: {len(listing.by_oid)} tables and views")
        return listing


def shortened(rows: Iterable[Sequence[Any]], limit: int) -> tuple[tuple[tuple[object, ...], ...], bool]:
    """The first `limit` rows, and whether there was another."""
    found = [tuple(row) for row in islice(rows, limit + 1)]
    return tuple(found[:limit]), len(found) > limit


def capped(result: CursorResult[Any], limit: int) -> Rows:
    """The answer of a query of any shape."""
    return Rows(tuple(result.keys()), *shortened(result, limit))


def unreadable(user: str, schema: str, count: int, may_enter: bool) -> str:
    """A warning with the cure."""
    cure = f"GRANT SELECT ON ALL TABLES IN SCHEMA {quoted(schema)} TO {quoted(user)}"
    if not may_enter:
        cure = f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {quoted(user)}; {cure}"
    return f"“{user}” cannot read {count} tables or views of schema “{schema}”: {cure};"


def quoted(name: str) -> str:
    """An identifier for a person to paste."""
    return '"' + name.replace('"', '""') + '"'


def connect(settings: Mapping[str, object], secret: str) -> Connector:
    """A connector for checked settings."""
    return PostgresConnector(PostgresSettings.parse(settings), secret)


DRIVER = Driver("PostgreSQL", FIELDS, problems, connect)
