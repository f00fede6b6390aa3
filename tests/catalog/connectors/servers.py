"""Scratch databases on the suite's own server, and a relay that stops relaying."""

import os
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql

from catalog.connectors.metadata import Snapshot, TableFacts, TableRef
from catalog.connectors.postgresql.connector import PostgresConnector
from catalog.connectors.postgresql.settings import PostgresSettings


@dataclass(frozen=True)
class Server:
    """The server behind DATABASE_URL."""

    host: str
    port: int
    user: str
    password: str

    def open(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=database,
            autocommit=True,
        )

    def connector(self, database: str, **settings: object) -> PostgresConnector:
        given = {"host": self.host, "port": self.port, "user": self.user, "database": database, **settings}
        return PostgresConnector(PostgresSettings.parse(given), self.password)


class Scratch:
    """One throw-away database."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name
        self.connection = server.open(name)

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.connection.execute(statement)

    def connector(self, **settings: object) -> PostgresConnector:
        return self.server.connector(self.name, **settings)

    def ref(self, name: str, schema: str = "public") -> TableRef:
        return TableRef(self.name, schema, name)

    def oid(self, name: str) -> str:
        row = self.connection.execute("SELECT %s::regclass::oid::text", [name]).fetchone()
        assert row is not None
        return str(row[0])

    def probe(self) -> str:
        return self.connector().probe()[self.name]

    def snapshot(self, **settings: object) -> Snapshot:
        return self.connector(**settings).snapshot()

    def table(self, name: str, schema: str = "public", **settings: object) -> TableFacts:
        found = [
            each for each in self.snapshot(**settings).tables if (each.schema, each.name) == (schema, name)
        ]
        assert len(found) == 1
        return found[0]


def server_of_the_suite() -> Server:
    """The server behind DATABASE_URL."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        pytest.skip("DATABASE_URL names no PostgreSQL server")
    with psycopg.connect(url, dbname="postgres") as connection:
        info = connection.info
        return Server(info.host, info.port, info.user, info.password)


@contextmanager
def database_on(server: Server, name: str) -> Iterator[Scratch]:
    with server.open("postgres") as root:
        root.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
        )
        scratch = Scratch(server, name)
        try:
            yield scratch
        finally:
            scratch.connection.close()
            root.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class Relay:
    """A TCP port before the server's own door; it swallows everything once a word has passed."""

    def __init__(self, server: Server, word: bytes) -> None:
        self.server = server
        self.word = word
        self.swallowing = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.relay, args=(client,), daemon=True).start()

    def relay(self, client: socket.socket) -> None:
        with closing(client), closing(self.behind()) as server:
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is client and self.word in data:
                        self.swallowing.set()
                    if not self.swallowing.is_set():
                        (server if source is client else client).sendall(data)

    def behind(self) -> socket.socket:
        if self.server.host.startswith("/"):
            door = socket.socket(socket.AF_UNIX)
            door.connect(f"{self.server.host}/.s.PGSQL.{self.server.port}")
            return door
        return socket.create_connection((self.server.host, self.server.port))
