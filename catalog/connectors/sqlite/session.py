"""A guarded connection to an SQLite file: read-only, nothing but reading, with a deadline."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from catalog.connectors import local
from catalog.connectors.sqlite import errors
from catalog.connectors.sqlite.regexps import Late, Regexp, Unreadable
from catalog.connectors.sqlite.settings import SqliteSettings

MAGIC = b"SQLite format 3\x00"
LOCK_PATIENCE = 5.0  # seconds
BETWEEN_LOOKS = 10_000  # steps of SQLite's machine
LONGEST_VALUE = 256 * 2**20  # bytes
READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION}
PRAGMAS = {"table_list", "table_info", "table_xinfo", "index_list", "index_info", "index_xinfo"} | {
    "foreign_key_list",
    "schema_version",
    "data_version",
    "compile_options",
    "function_list",
}
CLOSED = {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"}


class Guard:
    """What watches over one connection."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.deadline = 0.0
        self.failure: Exception | None = None  # SQLite says only that a function failed
        self.regexps: dict[str, Regexp] = {}

    def wind(self, *_: object) -> None:
        """A statement begins."""
        self.deadline = time.monotonic() + self.seconds

    def late(self) -> bool:
        """Whether the statement took too long."""
        return time.monotonic() > self.deadline

    def regexp(self, pattern: object, value: object) -> bool | None:
        """`value REGEXP pattern`: SQLite calls it with the pattern first."""
        if pattern is None or value is None or isinstance(value, bytes):
            return None
        try:
            known = self.regexps.get(str(pattern))
            if known is None:
                known = self.regexps[str(pattern)] = Regexp(str(pattern))
            return known.search(str(value), self.late)
        except (Unreadable, Late) as error:
            self.failure = error
            raise


class Session:
    """Opens guarded connections to one file."""

    def __init__(self, settings: SqliteSettings) -> None:
        self.settings = settings

    @contextmanager
    def reading(self, database: str | None = None) -> Iterator[Connection]:
        """One read-only transaction; every failure leaves as ConnectorError, without the driver's causes."""
        if database not in {None, self.settings.database}:
            raise errors.no_such_database(str(database), self.settings)
        guard = Guard(self.settings.statement_timeout)
        engine = create_engine("sqlite://", creator=self._open, poolclass=NullPool, hide_parameters=True)
        event.listen(engine, "before_cursor_execute", guard.wind)
        try:
            with engine.connect() as connection:
                restrict(connection.connection.dbapi_connection, guard)
                yield connection
        except DBAPIError as error:
            raise errors.told(guard.failure or error.orig or error, self.settings) from None
        except (sqlite3.Error, SQLAlchemyError, UnicodeError, OverflowError) as error:
            raise errors.told(guard.failure or error, self.settings) from None

    def _open(self) -> sqlite3.Connection:
        file = self.settings.file
        local.opened(file, MAGIC, 0, "SQLite")
        connection = sqlite3.connect(
            f"file:{quote(str(file))}?mode=ro", uri=True, timeout=LOCK_PATIENCE, isolation_level=None
        )
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        return connection


def restrict(connection: Any, guard: Guard) -> None:
    """After SQLAlchemy has put its own function for regular expressions, which knows no end."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    for statement in ("PRAGMA query_only = 1", "PRAGMA trusted_schema = 0", "BEGIN"):
        connection.execute(statement)
    connection.create_function("regexp", 2, guard.regexp, deterministic=True)
    connection.set_progress_handler(guard.late, BETWEEN_LOOKS)
    connection.set_authorizer(authorize)


def authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
    """Whether SQLite may do this while it prepares a statement."""
    allowed = (
        action in READING
        or (action == sqlite3.SQLITE_FUNCTION and str(second).lower() not in CLOSED)
        or (action == sqlite3.SQLITE_PRAGMA and first in PRAGMAS)
        or (
            action == sqlite3.SQLITE_UPDATE and first == "sqlite_master"
        )  # asked for pragma_… tables; it is read-only
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
