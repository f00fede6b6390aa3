"""PostgreSQL's event triggers as a feed of changes of the schema. Needs the script to be installed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import text

from catalog.connectors.ddl import DdlEvent, DdlReading, without_literals
from catalog.connectors.metadata import TableRef
from catalog.connectors.postgresql.session import Session

HERE = Path(__file__).parent
CHANNEL = "govportal_ddl"
INSTALLED = text("""
    SELECT EXISTS (
        SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'govportal_ddl' AND c.relname = 'event'
          AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))
""")
EVENTS = text("""
    SELECT id, at, actor, command, dropped, schema_name, relation_name,
           coalesce(relation::text, ''), statement
    FROM govportal_ddl.event WHERE id > :after ORDER BY id LIMIT :limit
""")
RUNNING = text("""
    SELECT txid_snapshot_xmin(running), txid_snapshot_xmax(running) FROM txid_current_snapshot() running
""")


def is_installed(session: Session, database: str) -> bool:
    """Whether the script was run in the database, and the role may read."""
    with session.reading(database) as connection:
        return bool(connection.execute(INSTALLED).scalar())


def events(session: Session, database: str, after: int, limit: int) -> DdlReading:
    """What is committed, in one state of the database."""
    with session.reading(database) as connection:
        found = connection.execute(EVENTS, {"after": after, "limit": limit}).all()
        oldest, coming = connection.execute(RUNNING).one()
    return DdlReading(tuple(event(database, row) for row in found), oldest, coming)


def event(database: str, row: Any) -> DdlEvent:
    """From a row of EVENTS."""
    table = TableRef(database, row.schema_name, row.relation_name)
    said = without_literals(row.statement)
    return DdlEvent(row.id, row.at, row.actor, row.command, row.dropped, table, row[7], said)


class Line:
    """A connection that waits for the trigger's ring."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def heard(self, seconds: float) -> bool:
        """Whether it rang; more rings that came together are one."""
        return bool(list(self._connection.notifies(timeout=seconds, stop_after=1)))


@contextmanager
def listening(session: Session, database: str) -> Iterator[Line]:
    """Listen until the block ends; every failure leaves as ConnectorError."""
    with session.listening(database) as connection:
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        yield Line(connection)


def script(reader: str) -> str:
    """What a superuser runs; `reader` is the role of the source."""
    quoted = '"' + reader.replace('"', '""') + '"'
    return (HERE / "ddl_install.sql").read_text().replace("{reader}", quoted)


def removal() -> str:
    """What takes it away again."""
    return (HERE / "ddl_remove.sql").read_text()
