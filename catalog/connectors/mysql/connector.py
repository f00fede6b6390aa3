"""A MySQL or MariaDB server as a governed source."""

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any

from sqlalchemy import Connection

from catalog.connectors.metadata import Scope, TableRef
from catalog.connectors.mysql import queries
from catalog.connectors.mysql.listing import Listing
from catalog.connectors.mysql.settings import FIELDS, MySqlSettings, problems
from catalog.connectors.mysql.statements import MySqlStatements
from catalog.connectors.protocol import Connector, Driver, ServerFacts
from catalog.connectors.sql import Listed, SqlConnector, Tell


class MySqlConnector(SqlConnector):
    """Reads one server."""

    settings: MySqlSettings
    statements = MySqlStatements()
    steps = 4

    def __init__(self, settings: MySqlSettings, secret: str) -> None:
        # The driver is an extra: it loads when it is needed, after the settings said that it is there.
        session = import_module("catalog.connectors.mysql.session").Session(settings, secret)
        super().__init__(settings, session)

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

    def listed(
        self, connection: Connection, database: str, tell: Tell, only: Collection[TableRef] | None
    ) -> Listed:
        """The catalogue of one database: five queries."""

        def ask(step: int, what: str, query: Any) -> list[Any]:
            tell(step, what)
            return list(connection.execute(query, {"database": database}))

        version = connection.execute(queries.SERVER).one()[0]
        listing = Listing(database)
        tables = ask(0, "tables", queries.TABLES)
        listing.add_columns(ask(1, "columns", queries.COLUMNS))
        listing.add_keys(ask(2, "keys", queries.KEYS))
        listing.add_foreign_keys(ask(3, "foreign keys", queries.FOREIGN_KEYS))
        return Listed(Scope(database), listing.facts(tables), version=version)


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
