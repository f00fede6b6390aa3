"""A PostgreSQL server as a governed source."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from sqlalchemy import Connection, CursorResult, TextClause

from catalog.connectors.ddl import DdlReading, Ear
from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import SchemaFacts, Scope, TableRef
from catalog.connectors.postgresql import ddl, privileges, queries
from catalog.connectors.postgresql import usage as statements_run
from catalog.connectors.postgresql.listing import Listing
from catalog.connectors.postgresql.probe import PROBE
from catalog.connectors.postgresql.session import Session
from catalog.connectors.postgresql.settings import FIELDS, PostgresSettings, problems
from catalog.connectors.postgresql.statements import PostgresStatements
from catalog.connectors.protocol import Capability, Check, Connector, Driver, Rows, ServerFacts
from catalog.connectors.sql import Listed, SqlConnector, Tell, shortened
from catalog.connectors.usage import UsageReading

BIG = 1024  # pages of 8 kB
FEWEST_PAGES = 50


class PostgresConnector(SqlConnector):
    """Reads one server."""

    capabilities = frozenset(Capability)
    settings: PostgresSettings
    _session: Session
    statements: ClassVar[PostgresStatements] = PostgresStatements()
    steps = 7

    def __init__(self, settings: PostgresSettings, secret: str) -> None:
        super().__init__(settings, Session(settings, secret))

    def test(self) -> ServerFacts:
        """Reach the server; check each database of the settings, and what the role may read there."""
        with self._session.reading() as connection:
            product, version, user, superuser, databases, all_stats = connection.execute(
                privileges.SERVER
            ).one()
        checks = privileges.signed_in(user, superuser, all_stats)
        for database in self.settings.harvested:
            checks += self._checked(database, user)
        return ServerFacts(product, version, user, tuple(databases or ()), checks=tuple(checks))

    def _checked(self, database: str, user: str) -> list[Check]:
        """One database; the first of the settings was reached already."""
        try:
            with self._session.reading(database) as connection:
                rows = connection.execute(privileges.READABLE).all()
                installed, loaded = connection.execute(privileges.STATEMENTS).one()
        except ConnectorError as error:
            return [privileges.connected(database, user, error)]
        return [
            privileges.connected(database, user, None),
            *privileges.readable(database, user, rows, self.settings.covers),
            privileges.statements(database, installed, loaded),
        ]

    def probe(self) -> Mapping[str, str]:
        """One query for each database; one that cannot be read is left out."""
        return self.asked_of_each(lambda connection, _: connection.execute(PROBE).scalar_one())

    def ddl_databases(self) -> list[str]:
        """Those of the settings where the script is installed and the role may read."""
        return [name for name in self.settings.harvested if ddl.is_installed(self._session, name)]

    def ddl_events(self, database: str, after: int, limit: int = 50_000) -> DdlReading:
        """What was committed, with an id above `after`."""
        return ddl.events(self._session, database, after, limit)

    def ddl_listening(self, database: str) -> AbstractContextManager[Ear]:
        """A connection on which the database rings."""
        return ddl.listening(self._session, database)

    def usage(self, cursor: str = "") -> UsageReading:
        """The counters of pg_stat_statements; they need no cursor."""
        return statements_run.usage(self._session, self.settings.harvested)

    def listed(
        self, connection: Connection, database: str, tell: Tell, only: Collection[TableRef] | None
    ) -> Listed:
        """The catalogue of one database: ten queries."""
        catalogue, asked = queries.chosen(only, database)

        def ask(step: int, what: str, query: TextClause) -> CursorResult[Any]:
            tell(step, what)
            return connection.execute(query, asked)

        version = connection.execute(queries.SETTINGS).one()[2]
        comment: str = connection.execute(queries.DATABASE_COMMENT).scalar_one()
        schemas = [SchemaFacts(database, *row) for row in connection.execute(queries.ALL_SCHEMAS)]
        listing = Listing(database, ask(0, "tables", catalogue.tables))
        listing.add_columns(ask(1, "columns", catalogue.columns))
        listing.add_indexes(ask(2, "keys and indexes", catalogue.indexes))
        listing.add_foreign_keys(ask(3, "foreign keys", catalogue.foreign_keys))
        listing.add_dependencies(ask(4, "what views read", catalogue.dependencies))
        listing.add_parents(ask(5, "inheritance", catalogue.parents))
        return Listed(Scope(database, comment), listing.facts(), schemas, version)

    def sample(self, table: TableRef, columns: Sequence[str], limit: int = 100) -> Rows:
        """Some rows: of a big table from pages all over it, else from wherever the server begins."""
        self.statements.relation(table, columns)  # refuses names that nothing can have
        with self._session.reading(table.database) as connection:
            measured = connection.execute(
                queries.EXTENT, {"schema": table.schema, "name": table.name}
            ).first()
            share = page_share(measured[0], measured[1], limit) if measured else None
            if share:
                found = connection.execute(self.statements.pages_of(table, columns, share, limit))
                values, _ = shortened(found, limit)
                if len(values) == limit:
                    return Rows(tuple(columns), values, truncated=True)
        return self.select(table, columns, limit=limit)


def page_share(rows: float, pages: int, limit: int) -> float | None:
    """The percentage of pages to look at for `limit` rows; None where a table is small enough to begin with.

    Twice the rows that are needed, and never fewer than `FEWEST_PAGES` pages, for rows of a page are alike.
    """
    if pages < BIG or rows <= 0:
        return None
    return min(100.0, max(200.0 * limit / rows, 100.0 * FEWEST_PAGES / pages))


def connect(settings: Mapping[str, object], secret: str) -> Connector:
    """A connector for checked settings."""
    return PostgresConnector(PostgresSettings.parse(settings), secret)


DRIVER = Driver("PostgreSQL", FIELDS, problems, connect, about="Databases of a PostgreSQL server.")
