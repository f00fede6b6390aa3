"""A session of Spark Connect as a connection of SQLAlchemy's: one statement at a time, with a deadline."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.compiler import IdentifierPreparer

from catalog.connectors.errors import ConnectorError
from catalog.connectors.spark import errors
from catalog.connectors.spark.channel import FAILURES
from catalog.connectors.spark.listing import Described
from catalog.connectors.spark.settings import SparkSettings

GRACE = 10.0  # seconds for Spark to end a query that is late, before the line is cut
LookAt = Callable[[Any], None]


class Guarded:
    """A session and its only cursor. `look_at` may refuse a frame before it is read."""

    arraysize = 1
    rowcount = -1

    def __init__(self, session: Any, settings: SparkSettings, look_at: LookAt) -> None:
        self.session, self.settings, self.look_at = session, settings, look_at
        self.description: list[tuple[Any, ...]] | None = None
        self.rows: list[tuple[Any, ...]] = []
        self.late = False

    def cursor(self) -> "Guarded":
        return self

    def execute(self, query: str, params: Any = None) -> None:
        """Run one statement; `:name` is bound by Spark."""
        with self.in_time():
            frame = self.session.sql(query, args=dict(params) if params else None)
            self.look_at(frame)
            table = frame.toArrow()
            self.rows = list(zip(*(each.to_pylist() for each in table.columns), strict=True))
            self.description = [(name, *[None] * 6) for name in table.column_names]

    def described(self, query: str) -> list[list[Described]]:
        """The fields of each column, which must be structs, without running the query."""
        with self.in_time():
            columns = self.session.sql(query).schema.fields
            return [[described(each) for each in column.dataType.fields] for column in columns]

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """What Spark does within has a deadline, and fails as ConnectorError."""
        seconds = self.settings.statement_timeout
        timers = (Timer(seconds, self.interrupt), Timer(seconds + GRACE, self.cut))
        for each in timers:
            each.daemon = True
            each.start()
        try:
            yield
        except ConnectorError:
            raise
        except FAILURES as error:
            raise errors.told(error, self.settings, self.late) from None
        finally:
            for each in timers:
                each.cancel()

    def interrupt(self) -> None:
        """The statement is late: Spark ends it, and everything else of this session."""
        self.late = True
        with suppress(Exception):
            self.session.interruptAll()

    def cut(self) -> None:
        """Spark does not end it: hang up."""
        with suppress(Exception):
            self.session.client.close()

    def fetchone(self) -> Any:
        return self.rows.pop(0) if self.rows else None

    def fetchmany(self, size: int | None = None) -> Any:
        size = size or 1
        found, self.rows = self.rows[:size], self.rows[size:]
        return found

    def fetchall(self) -> Any:
        found, self.rows = self.rows, []
        return found

    def commit(self) -> None:
        """There is nothing to keep."""

    def rollback(self) -> None:
        """There is nothing to undo."""

    def close(self) -> None:
        """The session ends with whoever opened it."""


class Backticks(IdentifierPreparer):
    """Names as Spark quotes them."""

    def __init__(self, dialect: Any, **options: Any) -> None:
        super().__init__(dialect, initial_quote="`", escape_quote="`", **options)


class SparkDialect(DefaultDialect):
    """Standard SQL with Spark's quotes, and values as `:name`."""

    name = "spark"
    driver = "connect"
    preparer = Backticks  # type: ignore[assignment]
    default_paramstyle = "named"
    supports_native_boolean = True
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> Any:
        return SimpleNamespace(Error=DBAPIError, paramstyle="named")

    def initialize(self, connection: Any) -> None:
        """Nothing is asked of the server first."""


def described(field: Any) -> Described:
    """A field of a schema; a CHAR or VARCHAR is a string with a note."""
    notes = field.metadata or {}
    return Described(
        field.name,
        notes.get("__CHAR_VARCHAR_TYPE_STRING") or field.dataType.simpleString(),
        field.nullable,
        notes.get("CURRENT_DEFAULT"),
        notes.get("comment", ""),
    )


registry.register("portal.spark", __name__, SparkDialect.__name__)


def over(connection: Guarded) -> Engine:
    """An engine of this one connection."""
    return create_engine(
        "portal+spark://", creator=lambda: connection, poolclass=NullPool, hide_parameters=True
    )
