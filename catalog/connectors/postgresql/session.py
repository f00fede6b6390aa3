"""A guarded connection: read-only, with a deadline for everything, and one kind of error.

The role is the real boundary; these guards keep an honest mistake, a slow query or a silent
server from doing harm. A read-only transaction cannot be turned into a writing one by a
statement, and the extended protocol accepts one statement at a time.
"""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.types.datetime import DateLoader, IntervalLoader, TimestampLoader, TimestamptzLoader
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from catalog.connectors.errors import ConnectorError
from catalog.connectors.postgresql import errors
from catalog.connectors.postgresql.settings import PostgresSettings

Result = TypeVar("Result")
LOCK_PATIENCE = 5  # seconds; someone's ALTER TABLE must not be queued behind us for longer
NO_FILE = os.path.join(os.devnull, "none")  # cannot exist; the null device itself makes libpq complain
GRACE = 5  # seconds beyond the statement timeout until a silent server is given up
LIMITS = text(
    "SELECT set_config('statement_timeout', :statement, true), set_config('lock_timeout', :lock, true)"
)
CHANGING = """
    SELECT set_config('statement_timeout', %(statement)s, true), set_config('lock_timeout', %(lock)s, true),
           set_config('search_path', '', true)
"""


class WatchedConnection(psycopg.Connection[Any]):
    """Gives up a server that went silent: its own statement timeout cannot reach us then."""

    patience: float = 0

    def wait(
        self,
        gen: Generator[Any, Any, Result],
        interval: float = 0.1,
        timeout: float | None = None,
    ) -> Result:
        """Wait as psycopg does, but never longer than `patience` seconds at a time."""
        try:
            return super().wait(gen, interval, timeout or self.patience or None)
        except psycopg.errors._WaitTimeout:
            if timeout is not None or not self.patience:
                raise  # whoever set a time of their own knows what its end means
            self.pgconn.finish()
            raise psycopg.errors.QueryCanceled("the server went silent") from None


def tolerant(loader: type[Any]) -> type[Any]:
    """A loader that gives PostgreSQL's text for what Python's dates cannot hold (infinity, BC)."""

    class Tolerant(loader):  # type: ignore[misc]
        def load(self, data: Any) -> Any:
            try:
                return super().load(data)
            except psycopg.DataError:
                return bytes(data).decode()

    return Tolerant


LOADERS = {
    "date": tolerant(DateLoader),
    "timestamp": tolerant(TimestampLoader),
    "timestamptz": tolerant(TimestamptzLoader),
    "interval": tolerant(IntervalLoader),
}


class Session:
    """Opens guarded connections to the databases of one server."""

    def __init__(self, settings: PostgresSettings, secret: str) -> None:
        self.settings = settings
        self._secret = secret

    @contextmanager
    def reading(self, database: str | None = None) -> Iterator[Connection]:
        """One consistent read-only transaction; every failure leaves as ConnectorError.

        The causes are dropped on purpose: a driver's message may quote the values of a row.
        """
        name = database or self.settings.database
        engine = self._engine(name)
        try:
            with engine.connect() as connection:
                connection.execute(LIMITS, self._limits())
                yield connection
        except DBAPIError as error:
            raise errors.querying(error.orig or error, self.settings, name) from None
        except (psycopg.Error, SQLAlchemyError, UnicodeError) as error:
            raise errors.querying(error, self.settings, name) from None

    @contextmanager
    def changing(self, database: str | None = None) -> Iterator[psycopg.Connection[Any]]:
        """One transaction that may change the database: all of it is kept, or, upon any failure, nothing.

        For who asked for exactly that change. Names resolve in an empty search path.
        """
        name = database or self.settings.database
        connection = self._opener(name, read_only=False)()
        try:
            with connection:
                connection.execute(CHANGING, self._limits())
                yield connection
        except (psycopg.Error, UnicodeError) as error:
            raise errors.querying(error, self.settings, name) from None

    @contextmanager
    def listening(self, database: str | None = None) -> Iterator[psycopg.Connection[Any]]:
        """A connection without a transaction, to wait on for as long as it lives."""
        name = database or self.settings.database
        connection = self._opener(name)()
        try:
            with connection:
                connection.autocommit = True
                connection.patience = 0  # silence is what it is for
                yield connection
        except (psycopg.Error, UnicodeError) as error:
            raise errors.querying(error, self.settings, name) from None

    def _limits(self) -> dict[str, str]:
        return {"statement": f"{self.settings.statement_timeout}s", "lock": f"{LOCK_PATIENCE}s"}

    def _engine(self, database: str) -> Engine:
        return create_engine(
            "postgresql+psycopg://",
            creator=self._opener(database),
            poolclass=NullPool,
            hide_parameters=True,
            isolation_level="REPEATABLE READ",
            use_native_hstore=False,  # spares a query per connection
        )

    def _opener(self, database: str, read_only: bool = True) -> Callable[[], WatchedConnection]:
        def open_connection() -> WatchedConnection:
            try:
                connection = WatchedConnection.connect(**self._arguments(database))
            except psycopg.Error as error:
                raise errors.connecting(error, self.settings, database) from None
            except UnicodeError:
                raise ConnectorError("The settings hold text that is not valid.", "config") from None
            connection.patience = self.settings.statement_timeout + GRACE
            connection.read_only = read_only
            for kind, loader in LOADERS.items():
                connection.adapters.register_loader(kind, loader)
            return connection

        return open_connection

    def _arguments(self, database: str) -> dict[str, Any]:
        """Everything said outright: libpq must not fill gaps from the portal's own environment."""
        return {
            "host": self.settings.host,
            "port": self.settings.port,
            "dbname": database,
            "user": self.settings.user,
            "password": self._secret,
            "passfile": NO_FILE,
            "sslmode": self.settings.sslmode,
            "connect_timeout": self.settings.connect_timeout,
            "client_encoding": "utf8",
            "application_name": "govportal",
            "options": "",
            "target_session_attrs": "any",
            "prepare_threshold": None,  # nothing is run twice, and poolers dislike prepared statements
        }
