"""An SQLite file as a governed source."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select, union_all
from sqlalchemy.exc import OperationalError

from catalog.connectors.local import written_at
from catalog.connectors.metadata import Scope, TableRef
from catalog.connectors.protocol import Capability, Check, Connector, Driver, ServerFacts
from catalog.connectors.sql import Listed, SqlConnector, Tell
from catalog.connectors.sqlite import queries
from catalog.connectors.sqlite.listing import Listing
from catalog.connectors.sqlite.session import Session
from catalog.connectors.sqlite.settings import FIELDS, SqliteSettings, problems
from catalog.connectors.sqlite.statements import SqliteStatements

AT_ONCE = 100  # tables in one statement
COUNTED = 100 * 2**20  # bytes; the rows of a larger file are only known where it was analysed


class SqliteConnector(SqlConnector):
    """Reads one file."""

    settings: SqliteSettings
    capabilities = SqlConnector.capabilities | {Capability.PROBE}
    statements = SqliteStatements()
    steps = 4

    def __init__(self, settings: SqliteSettings) -> None:
        super().__init__(settings, Session(settings))

    def written(self, query: str, names: object) -> str:
        """As it is: SQLite itself knows `:name`."""
        return query

    def test(self) -> ServerFacts:
        """Open the file and read its schema."""
        with self._session.reading() as connection:
            tables = len(connection.execute(queries.TABLES).all())
        size = self.settings.file.stat().st_size
        checks = (
            Check("file", True, f"“{self.settings.path}” is there and may be read: {size:,} bytes."),
            Check("schema", True, f"Tables and views: {tables}."),
        )
        product = f"SQLite {sqlite3.sqlite_version}"
        return ServerFacts(product, sqlite3.sqlite_version, "", (self.settings.database,), (), checks)

    def probe(self) -> Mapping[str, str]:
        """The text of the schema, and when and to what size the file was last written."""
        with self._session.reading() as connection:
            said = [tuple(row) for row in connection.execute(queries.SCHEMA)]
        said.append((written_at(self.settings.file, "-wal"),))
        return {self.settings.database: sha256(repr(said).encode()).hexdigest()}

    def listed(
        self, connection: Connection, database: str, tell: Tell, only: Collection[TableRef] | None
    ) -> Listed:
        """The schema of the file: a few statements, and one for the columns of each relation."""
        tell(0, "tables")
        listing = Listing(database, connection.execute(queries.TABLES).all())
        for name, *_ in listing.tables:
            try:
                listing.add_columns(name, connection.execute(queries.COLUMNS, {"name": name}))
            except OperationalError as error:  # a view on what is gone, a module that is not here
                listing.problems[name] = reason(error)
        tell(1, "indexes")
        listing.add_indexes(connection.execute(queries.INDEXES))
        tell(2, "foreign keys")
        listing.add_foreign_keys(connection.execute(queries.FOREIGN_KEYS))
        tell(3, "rows and sizes")
        self.measure(connection, listing)
        return Listed(Scope(database), listing.facts(), version=sqlite3.sqlite_version)

    def measure(self, connection: Connection, listing: Listing) -> None:
        """Rows and bytes: counted where that is quick, else what ANALYZE left."""
        if self.settings.file.stat().st_size > COUNTED:
            if connection.execute(queries.HAS_STATISTICS).scalar():
                listing.rows = pairs(connection.execute(queries.STATISTICS))
            return
        names = [row[0] for row in listing.tables if row[1] == "table"]
        for start in range(0, len(names), AT_ONCE):
            counts = [self.count(name) for name in names[start : start + AT_ONCE]]
            listing.rows.update(pairs(connection.execute(union_all(*counts))))
        if connection.execute(queries.CAN_MEASURE).scalar():
            listing.sizes = pairs(connection.execute(queries.SIZES))

    def count(self, name: str) -> Select[str, int]:
        """The rows of one table, under its name."""
        table = self.statements.relation(TableRef("", "", name), ())
        return select(literal(name), func.count()).select_from(table)


def reason(error: OperationalError) -> str:
    """What is wrong with one relation; raises the error again if it is about more than that."""
    if getattr(error.orig, "sqlite_errorname", "") != "SQLITE_ERROR":
        raise error
    return str(error.orig)


def pairs(rows: Iterable[Any]) -> dict[str, int]:
    """Numbers by name."""
    return {name: int(number) for name, number in rows}


def connect(settings: Mapping[str, object], secret: str) -> Connector:
    """A connector for checked settings; there is no secret."""
    return SqliteConnector(SqliteSettings.parse(settings))


DRIVER = Driver("SQLite", FIELDS, problems, connect, secret="", leads_to=(), about="An SQLite file.")
