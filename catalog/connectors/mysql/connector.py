"""A MySQL or MariaDB server as a governed source."""

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, CursorResult, TextClause

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import Scope, TableRef
from catalog.connectors.mysql import privileges, queries
from catalog.connectors.mysql import usage as statements_run
from catalog.connectors.mysql.listing import Listing
from catalog.connectors.mysql.settings import FIELDS, MySqlSettings, problems
from catalog.connectors.mysql.statements import MySqlStatements
from catalog.connectors.protocol import Capability, Check, Connector, Driver, ServerFacts
from catalog.connectors.sql import Listed, SqlConnector, Tell
from catalog.connectors.usage import NotCounting, UsageReading


class MySqlConnector(SqlConnector):
    """Reads one server."""

    capabilities = SqlConnector.capabilities | {Capability.PROBE, Capability.USAGE}
    settings: MySqlSettings
    statements = MySqlStatements()
    steps = 5

    def __init__(self, settings: MySqlSettings, secret: str) -> None:
        # The driver is an extra: it loads when it is needed, after the settings said that it is there.
        session = import_module("catalog.connectors.mysql.session").Session(settings, secret)
        super().__init__(settings, session)

    def test(self) -> ServerFacts:
        """Reach the server; check each database of the settings, and what the account may read there."""
        with self._session.reading() as connection:
            version, user = connection.execute(queries.SERVER).one()
            databases = [row[0] for row in connection.execute(queries.DATABASES)]
            held = privileges.grants(connection)
        checks = privileges.signed_in(user)
        for database in self.settings.harvested:
            checks += self._checked(database, held)
        product = "MariaDB" if "MariaDB" in version else "MySQL"
        known = tuple(each for each in databases if each not in queries.SYSTEM)
        return ServerFacts(f"{product} {version}", version, user, known, checks=tuple(checks))

    def _checked(self, database: str, held: privileges.Grants) -> list[Check]:
        """One database; the first of the settings was reached already."""
        name = f"Connect to “{database}”"
        try:
            with self._session.reading(database) as connection:
                count = len(connection.execute(queries.WHOLE.tables, {"database": database}).all())
        except ConnectorError as error:
            return [
                Check(name, False, error.message, held.remedy(database) if error.kind == "permission" else "")
            ]
        return [Check(name, True), *privileges.readable(held, database, count)]

    def probe(self) -> Mapping[str, str]:
        """Hashes over what a snapshot is made of; a database that cannot be read is left out."""

        def hashes(connection: Connection, database: str) -> str:
            rows = connection.execute(queries.PROBE, {"database": database}).all()
            return " ".join(f"{count}:{value}" for count, value in rows)

        return self.asked_of_each(hashes)

    def usage(self, cursor: str = "") -> UsageReading:
        """What the server counts or logs; raises NotCounting where it does neither, or not for us."""
        try:
            with self._session.reading() as connection:
                return statements_run.usage(connection, self.settings.harvested, cursor)
        except ConnectorError as error:
            if error.kind != "permission":
                raise
            with self._session.reading() as connection:
                remedy = statements_run.remedy(privileges.grants(connection).account)
            raise NotCounting(error.message, remedy) from None

    def listed(
        self, connection: Connection, database: str, tell: Tell, only: Collection[TableRef] | None
    ) -> Listed:
        """The catalogue of one database: nine queries."""
        catalogue, asked = queries.chosen(only, database)

        def ask(step: int, what: str, query: TextClause) -> CursorResult[Any]:
            tell(step, what)
            return connection.execute(query, asked)

        version = connection.execute(queries.SERVER).one()[0]
        scope = Scope(database, unproven=privileges.grants(connection).unproven(database))
        listing = Listing(database)
        tables = ask(0, "tables", catalogue.tables).all()
        listing.add_views(ask(1, "views", catalogue.views))
        listing.add_columns(ask(2, "columns", catalogue.columns))
        listing.add_indexes(ask(3, "keys and indexes", catalogue.indexes))
        listing.add_foreign_keys(ask(4, "foreign keys", catalogue.foreign_keys))
        return Listed(scope, listing.facts(tables), version=version)


def connect(settings: Mapping[str, object], secret: str) -> Connector:
    """A connector for checked settings."""
    return MySqlConnector(MySqlSettings.parse(settings), secret)


DRIVER = Driver(
    "MySQL or MariaDB", FIELDS, problems, connect, about="Databases of a MySQL or MariaDB server."
)
