"""A MySQL or MariaDB server as a governed source."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib import import_module
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import Scope, Snapshot, TableFacts, TableRef
from catalog.connectors.mysql import queries, statements
from catalog.connectors.mysql.listing import Listing
from catalog.connectors.mysql.settings import FIELDS, MySqlSettings, problems
from catalog.connectors.postgresql.statements import driver_style
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

STEPS = 4  # per database
MOST_MEASURES = 500


class MySqlConnector:
    """Reads one server. Opens a connection per call and keeps none."""

    capabilities = frozenset(Capability) - {Capability.PROBE}

    def __init__(self, settings: MySqlSettings, secret: str) -> None:
        self.settings = settings
        # The driver is an extra: it loads when it is needed, after the settings said that it is there.
        self._session = import_module("catalog.connectors.mysql.session").Session(settings, secret)

    @property
    def namespace(self) -> str:
        """`mysql://host:port`, or with the authority of the settings."""
        return self.settings.namespace

    def dataset_name(self, table: TableRef) -> str:
        """`database.table`; a part that holds a dot is quoted, or two tables could share a name."""
        parts = (table.database, table.name)
        return ".".join('"' + each.replace('"', '""') + '"' if "." in each else each for each in parts)

    def covers(self, table: TableRef) -> bool:
        """Whether the settings ask for this table."""
        return self.settings.covers(table.database, table.name)

    def test(self) -> ServerFacts:
        """Reach the server and every database of the settings."""
        with self._session.reading() as connection:
            version, user = connection.execute(queries.SERVER).one()
            databases = [row[0] for row in connection.execute(queries.DATABASES)]
        for database in self.settings.harvested:
            with self._session.reading(database):
                pass
        product = "MariaDB" if "MariaDB" in version else "MySQL"
        known = tuple(each for each in databases if each not in queries.SYSTEM)
        return ServerFacts(f"{product} {version}", version, user, known, warnings(user))

    def probe(self) -> Mapping[str, str]:
        """No database can tell yet."""
        return {}

    def snapshot(self, progress: Progress = quiet, only: Collection[TableRef] | None = None) -> Snapshot:
        """List the databases of the settings, a few queries and one transaction for each."""
        names = self.settings.harvested
        version, scopes, tables = "", [], []
        for done, name in enumerate(names):
            try:
                with self._session.reading(name) as connection:
                    version = connection.execute(queries.SERVER).one()[0]
                    tables += self._listed(connection, name, progress, done * STEPS, len(names) * STEPS)
                scopes.append(Scope(name))
            except ConnectorError as error:
                scopes.append(Scope(name, error=error))
        failures = [each.error for each in scopes if each.error]
        if len(failures) == len(names):
            raise failures[0]
        wanted = tuple(
            each for each in tables if self.covers(each.ref) and (only is None or each.ref in only)
        )
        return Snapshot(self.namespace, version, tuple(scopes), (), wanted)

    def _listed(
        self, connection: Connection, database: str, progress: Progress, done: int, total: int
    ) -> list[TableFacts]:
        def ask(step: int, what: str, query: Any) -> list[Any]:
            progress(done + step, total, f"{database}: reading {what}")
            return list(connection.execute(query, {"database": database}))

        listing = Listing(database)
        tables = ask(0, "tables", queries.TABLES)
        listing.add_columns(ask(1, "columns", queries.COLUMNS))
        listing.add_keys(ask(2, "keys", queries.KEYS))
        listing.add_foreign_keys(ask(3, "foreign keys", queries.FOREIGN_KEYS))
        progress(done + STEPS, total, f"{database}: {len(tables)} tables and views")
        return listing.facts(tables)

    def rows(
        self,
        query: str,
        params: Mapping[str, object] | None = None,
        *,
        database: str | None = None,
        limit: int = 1000,
    ) -> Rows:
        """Stream at most `limit` rows of one reading statement."""
        if "\x00" in query:
            raise ConnectorError("A query cannot hold a NUL character.", "query")
        with self._session.reading(database) as connection:
            streaming = connection.execution_options(stream_results=True, no_parameters=not params)
            if params:
                query = driver_style(query, params)
            found = streaming.exec_driver_sql(query, dict(params or {}))
            return Rows(tuple(found.keys()), *shortened(found, limit))

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


def shortened(rows: Iterable[Sequence[Any]], limit: int) -> tuple[tuple[tuple[object, ...], ...], bool]:
    """The first `limit` rows, and whether there was another."""
    found = [tuple(row) for row in islice(rows, limit + 1)]
    return tuple(found[:limit]), len(found) > limit


def warnings(user: str) -> tuple[str, ...]:
    """What a careful administrator should know."""
    return (
        (f"“{user}” is the administrator: an account that may only read is enough.",)
        if user.startswith("root@")
        else ()
    )


def connect(settings: Mapping[str, object], secret: str) -> Connector:
    """A connector for checked settings."""
    return MySqlConnector(MySqlSettings.parse(settings), secret)


DRIVER = Driver("MySQL or MariaDB", FIELDS, problems, connect)
