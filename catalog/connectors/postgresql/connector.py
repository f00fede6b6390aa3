"""A PostgreSQL server as a governed source."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection

from catalog.connectors.metadata import SchemaFacts, Scope, TableRef
from catalog.connectors.postgresql import queries
from catalog.connectors.postgresql.listing import Listing
from catalog.connectors.postgresql.session import Session
from catalog.connectors.postgresql.settings import FIELDS, PostgresSettings, problems
from catalog.connectors.postgresql.statements import PostgresStatements
from catalog.connectors.protocol import Connector, Driver, ServerFacts
from catalog.connectors.sql import Listed, SqlConnector, Tell


class PostgresConnector(SqlConnector):
    """Reads one server."""

    settings: PostgresSettings
    statements = PostgresStatements()
    steps = 7

    def __init__(self, settings: PostgresSettings, secret: str) -> None:
        super().__init__(settings, Session(settings, secret))

    def test(self) -> ServerFacts:
        """Reach the server and every database of the settings; warn of too much and too little privilege."""
        with self._session.reading() as connection:
            product, version, user, superuser, databases = connection.execute(queries.SERVER).one()
        warnings = [f"“{user}” is a superuser: a role that may only read is enough."] if superuser else []
        for database in self.settings.harvested:
            with self._session.reading(database) as connection:
                warnings += [unreadable(user, *row) for row in connection.execute(queries.UNREADABLE)]
        return ServerFacts(product, version, user, tuple(databases or ()), tuple(warnings))

    def listed(
        self, connection: Connection, database: str, tell: Tell, only: Collection[TableRef] | None
    ) -> Listed:
        """The catalogue of one database: ten queries."""

        def ask(step: int, what: str, query: Any) -> list[Any]:
            tell(step, what)
            return list(connection.execute(query))

        version = connection.execute(queries.SETTINGS).one()[2]
        comment: str = connection.execute(queries.DATABASE_COMMENT).scalar_one()
        schemas = [SchemaFacts(database, *row) for row in connection.execute(queries.ALL_SCHEMAS)]
        listing = Listing(database, ask(0, "tables", queries.TABLES))
        listing.add_columns(ask(1, "columns", queries.COLUMNS))
        listing.add_keys(ask(2, "keys", queries.KEYS))
        listing.add_foreign_keys(ask(3, "foreign keys", queries.FOREIGN_KEYS))
        listing.add_dependencies(ask(4, "what views read", queries.DEPENDENCIES))
        listing.add_parents(ask(5, "inheritance", queries.PARENTS))
        return Listed(Scope(database, comment), listing.facts(), schemas, version)


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
