"""DuckDB inside the portal, with everything closed that a query does not need.

A query may be one SELECT and nothing else: DuckDB itself would also write to the files that it may read.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.pool import NullPool

from catalog.connectors.errors import ConnectorError

THREADS = 2
AGAIN = 0.5  # seconds between two tries to end a query that is late
CLOSED = frozenset({"enable_logging", "disable_logging", "truncate_duckdb_logs", "query", "query_table"})
ONLY_READS = "The portal only reads its sources: write one SELECT."
OPTIONS = {
    "threads": str(THREADS),
    "temp_directory": "",  # nothing of a source is left on the portal's disk
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
}


def started(memory: int) -> duckdb.DuckDBPyConnection:
    """An empty DuckDB that may use `memory` megabytes; not closed yet: see `closed`."""
    connection = duckdb.connect(":memory:", config={**OPTIONS, "memory_limit": f"{memory}MB"})
    connection.execute("SET python_enable_replacements = false")  # or a table could be a Python variable
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def closed(connection: duckdb.DuckDBPyConnection, paths: Sequence[str] = ()) -> None:
    """From here on no file opens but these, and no setting changes."""
    connection.execute(f"SET allowed_paths = [{', '.join(map(literal, paths))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def literal(text: str) -> str:
    """A text as SQL, where DuckDB takes no parameter."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Reads:
    """What a SELECT names: tables as (database, schema, table), and functions."""

    tables: set[tuple[str, str, str]] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)


def reads(connection: duckdb.DuckDBPyConnection, query: str) -> Reads:
    """What one SELECT names, as DuckDB's own parser sees it; raises ConnectorError (permission).

    Of what cannot be parsed nothing is said: running it then fails as DuckDB words it.
    """
    row = connection.execute("SELECT json_serialize_sql($1)", [query]).fetchone()
    said = json.loads(row[0]) if row else {}
    if said.get("error_type") == "parser":
        return Reads()
    if said.get("error") or len(said["statements"]) != 1:
        raise ConnectorError(ONLY_READS, "permission")
    found = Reads()
    for node in nodes(said["statements"]):
        if node.get("type") == "BASE_TABLE":
            found.tables.add((node["catalog_name"], node["schema_name"], node["table_name"]))
        if node.get("class") == "FUNCTION":
            found.functions.add(node["function_name"].lower())
    if found.functions & CLOSED:
        raise ConnectorError(ONLY_READS, "permission")
    return found


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """All objects within a JSON value."""
    waiting = [tree]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            yield found
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)


class Watch(threading.Thread):
    """Ends what a connection is doing once it is late."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seconds: float) -> None:
        super().__init__(daemon=True, name="duckdb-watch")
        self.connection, self.seconds, self.over = connection, seconds, threading.Event()

    def run(self) -> None:
        wait = self.seconds
        while not self.over.wait(wait):
            self.connection.interrupt()  # has no effect between two statements
            wait = AGAIN


class Guarded:
    """A connection and its only cursor, for SQLAlchemy: DuckDB's cursors are connections of their own."""

    arraysize = 1
    rowcount = -1

    def __init__(self, connection: duckdb.DuckDBPyConnection, seconds: float) -> None:
        self.connection = connection
        self.seconds = seconds
        self.watch: Watch | None = None

    def cursor(self) -> "Guarded":
        return self

    def execute(self, query: str, params: Any = ()) -> None:
        """One SELECT, with its time running until the next or the end."""
        self.prepare(reads(self.connection, query))
        self.wind()
        self.connection.execute(query, params or None)

    def ask(self, query: str) -> list[Any]:
        """The rows of a statement of the portal's own."""
        self.wind()
        return self.connection.execute(query).fetchall()

    def wind(self) -> None:
        """A statement begins."""
        self.rest()
        self.watch = Watch(self.connection, self.seconds)
        self.watch.start()

    def prepare(self, wanted: Reads) -> None:
        """Before a statement that names these."""

    def rest(self) -> None:
        """Nothing runs."""
        if self.watch:
            self.watch.over.set()

    @property
    def description(self) -> Any:
        return self.connection.description

    def fetchone(self) -> Any:
        return self.connection.fetchone()

    def fetchmany(self, size: int | None = None) -> Any:
        return self.connection.fetchmany(size or 1)

    def fetchall(self) -> Any:
        return self.connection.fetchall()

    def commit(self) -> None:
        """There is nothing to keep."""

    def rollback(self) -> None:
        """There is nothing to undo."""

    def close(self) -> None:
        """The cursor ends; the connection ends with `end`."""

    def end(self) -> None:
        """The connection is over."""
        self.rest()
        self.connection.close()


class DuckDialect(PGDialect):
    """DuckDB reads PostgreSQL's SQL."""

    driver = "duckdb"
    supports_statement_cache = True
    default_paramstyle = "numeric_dollar"

    @classmethod
    def import_dbapi(cls) -> Any:
        return duckdb

    def initialize(self, connection: Any) -> None:
        """Nothing is asked of the server first."""

    def do_close(self, dbapi_connection: Any) -> None:
        dbapi_connection.end()


registry.register("portal.duckdb", __name__, DuckDialect.__name__)


def over(connection: Guarded) -> Engine:
    """An engine of this one connection, which ends with it."""
    return create_engine(
        "portal+duckdb://", creator=lambda: connection, poolclass=NullPool, hide_parameters=True
    )
