"""The company after it was built, and a listener at the other end of the wire."""

import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from govportal.demo.pipeline import Night
from govportal.demo.server import DATABASES, connect

TODAY = date(2026, 11, 21)
AUTHORITY = "db.example:5432"
TOKEN = "a-token"
TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = ANY(%s) AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'
ORDER BY 1, 2
"""


class Answering(BaseHTTPRequestHandler):
    """Keeps what is posted, and answers with the listener's status."""

    protocol_version = "HTTP/1.1"
    server: "Listener"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers)))
        self.server.events.append(json.loads(gzip.decompress(body)))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Listener(ThreadingHTTPServer):
    def __init__(self) -> None:
        self.status = 201
        self.events: list[dict[str, Any]] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        super().__init__(("127.0.0.1", 0), Answering)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@dataclass
class Company:
    """The company after two equal builds and nights; the listener heard the second night."""

    server_url: str
    night: Night
    listener: Listener
    checksums: list[dict[str, str]] = field(default_factory=list)

    def ask(self, database: str, query: str, *values: Any) -> list[TupleRow]:
        with connect(self.server_url, database) as connection:
            return connection.execute(query.encode(), values or None).fetchall()

    def relations(self, kinds: str = "rvm") -> set[str]:
        """Names of tables (r), views (v) and materialized views (m), as lineage writes them."""
        return {
            f"{database}.{schema}.{table}"
            for database in DATABASES
            for schema, table in self.ask(database, TABLES, list(kinds))
        }


def listening() -> Iterator[Listener]:
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def checksum(server_url: str, database: str) -> str:
    """One text for all rows of all tables, whatever their order."""
    with connect(server_url, database) as connection:
        found = connection.execute(TABLES.encode(), (["r"],)).fetchall()
        return "\n".join(f"{schema}.{table} {rows_of(connection, schema, table)}" for schema, table in found)


def rows_of(connection: Connection[TupleRow], schema: str, table: str) -> str:
    query = sql.SQL("SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM {} t")
    count, digest = connection.execute(query.format(sql.Identifier(schema, table))).fetchall()[0]
    return f"{count} {digest}"
