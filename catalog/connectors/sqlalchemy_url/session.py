"""A guarded connection behind a SQLAlchemy URL: as read-only and as impatient as the engine can be."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from catalog.connectors.errors import ConnectorError
from catalog.connectors.sqlalchemy_url import errors
from catalog.connectors.sqlalchemy_url.dialect import Terms
from catalog.connectors.sqlalchemy_url.dialects import credentials
from catalog.connectors.sqlalchemy_url.settings import UrlSettings
from catalog.connectors.sqlite.session import Session as SqliteSession
from catalog.connectors.sqlite.settings import SqliteSettings


class Session:
    """Opens guarded connections to one database."""

    def __init__(self, settings: UrlSettings, secret: str) -> None:
        self.settings = settings
        self._secret = secret

    @contextmanager
    def reading(self, database: str | None = None) -> Iterator[Connection]:
        """One transaction that is never kept; every failure leaves as ConnectorError, without its causes."""
        if database not in {None, self.settings.database}:
            raise ConnectorError(f"The URL leads to no database “{database}”.", "unknown_database", "url")
        dialect, connected = self.settings.dialect, False
        try:
            with self._engine().connect() as connection:
                dialect.opening(connection, self._terms())
                connected = True
                yield connection
        except ConnectorError:
            raise
        except Exception as error:
            if connected and not self._of_the_driver(error):
                raise
            cause = (error.orig if isinstance(error, DBAPIError) else error) or error
            raise errors.told(cause, self.settings, connected) from None

    def _engine(self) -> Engine:
        dialect = self.settings.dialect
        more = credentials(dialect, self._secret)
        url = self.settings.parsed
        return create_engine(
            url.set(password=self._secret) if self._secret and not more else url,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args=dict(dialect.arguments(self._terms())),
            **more,
        )

    def _terms(self) -> Terms:
        settings = self.settings
        return Terms(settings.statement_timeout, settings.connect_timeout, bool(self._secret))

    def _of_the_driver(self, error: Exception) -> bool:
        """Whether it came from below; what the caller raised while reading is the caller's."""
        package = type(error).__module__.partition(".")[0]
        return isinstance(error, OSError | UnicodeError) or package in self.settings.dialect.packages


class FileSession:
    """Opens an SQLite file as its own kind does."""

    def __init__(self, settings: UrlSettings) -> None:
        path, timeout = settings.parsed.database or "", settings.statement_timeout
        self._session = SqliteSession(SqliteSettings(path=path, statement_timeout=timeout))

    @contextmanager
    def reading(self, database: str | None = None) -> Iterator[Connection]:
        """As `Session.reading`; what is wrong with the path is wrong with the URL."""
        try:
            with self._session.reading(database) as connection:
                yield connection
        except ConnectorError as error:
            field = "url" if error.field == "path" else error.field
            raise ConnectorError(error.message, error.kind, field) from None
