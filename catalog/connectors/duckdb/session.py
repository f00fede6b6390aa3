"""Opens one DuckDB file for reading."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from catalog.connectors import local
from catalog.connectors.duckdb import engine, errors
from catalog.connectors.duckdb.settings import DuckSettings
from catalog.connectors.errors import ConnectorError

MAGIC, MAGIC_AT = b"DUCK", 8
HOLDER = re.compile(r"\(PID (\d+)\)")


class Session:
    """Opens guarded connections to one file."""

    def __init__(self, settings: DuckSettings) -> None:
        self.settings = settings

    @contextmanager
    def reading(self, database: str | None = None) -> Iterator[Connection]:
        """One connection; every failure leaves as ConnectorError, without the library's causes."""
        if database not in {None, self.settings.database}:
            said = f"The source has no database “{database}”, only “{self.settings.database}”."
            raise ConnectorError(said, "unknown_database", "path")
        guarded = engine.Guarded(self.opened(), self.settings.statement_timeout)
        try:
            with engine.over(guarded).connect() as connection:
                yield connection
        except DBAPIError as error:
            raise self.told(error.orig or error) from None
        except (duckdb.Error, SQLAlchemyError, UnicodeError) as error:
            raise self.told(error) from None
        finally:
            guarded.end()

    def opened(self) -> duckdb.DuckDBPyConnection:
        """DuckDB with the file attached under its own name, and nothing else open."""
        file = self.settings.file
        local.opened(file, MAGIC, MAGIC_AT, "DuckDB")
        connection = engine.started(self.settings.memory)
        name = engine.identifier(self.settings.database)
        try:
            connection.execute(f"ATTACH {engine.literal(str(file))} AS {name} (READ_ONLY)")
            connection.execute(f"USE {name}")
            engine.closed(connection)
        except duckdb.Error as error:
            connection.close()
            raise self.not_opened(error) from None
        return connection

    def not_opened(self, error: duckdb.Error) -> ConnectorError:
        """A file that is in use, or of another version."""
        path, text = self.settings.path, str(error)
        if "Could not set lock" in text:
            holder = HOLDER.search(text)
            who = f"process {holder[1]}" if holder else "another program"
            said = f"“{path}” is open for writing in {who}: nobody else can read it until that is closed."
            return ConnectorError(said, "unreachable", "path")
        if "version" in text:
            said = f"DuckDB {duckdb.__version__} cannot read “{path}”: a newer version wrote it."
            return ConnectorError(said, "config", "path")
        return ConnectorError(f"“{path}” cannot be opened: {errors.gist(error)}.", "unreachable", "path")

    def told(self, error: BaseException) -> ConnectorError:
        return errors.told(error, self.settings.statement_timeout, self.settings.memory)
