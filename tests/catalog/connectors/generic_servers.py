"""Three real engines behind SQLAlchemy URLs, with the same tables, and the kinds of their own beside."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from catalog.connectors.metadata import Snapshot, TableFacts, TableRef
from catalog.connectors.protocol import Connector
from catalog.connectors.registry import connect
from tests.catalog.connectors import mysql_server
from tests.catalog.connectors.servers import Relay, Scratch, Server, database_on

TABLES = (
    """CREATE TABLE customers (id int NOT NULL PRIMARY KEY, email varchar(100) NOT NULL UNIQUE, born date,
        balance decimal(10,2) DEFAULT 5.00, CONSTRAINT name_twice UNIQUE (born, balance))""",
    """CREATE TABLE orders (id int NOT NULL, line int NOT NULL, customer int NOT NULL, note varchar(20),
        PRIMARY KEY (id, line), CONSTRAINT to_customer FOREIGN KEY (customer) REFERENCES customers (id))""",
    """CREATE TABLE parts (id int NOT NULL, line int NOT NULL,
        CONSTRAINT to_order FOREIGN KEY (id, line) REFERENCES orders (id, line))""",
    "CREATE INDEX by_note ON orders (note, id)",
    "CREATE VIEW rich AS SELECT id, email FROM customers WHERE balance > 100",
    "CREATE VIEW richer AS SELECT o.id FROM rich AS r JOIN orders AS o ON o.customer = r.id",
    "INSERT INTO customers VALUES (1, 'lena@x.io', '1990-05-17', 50), (2, 'Ben@x.io', NULL, 250)",
    "INSERT INTO orders VALUES (1, 1, 1, 'a%b'), (1, 2, 1, NULL), (2, 1, 2, ':id')",
)
SECRET = "hunter2-secret"


@dataclass(frozen=True)
class Engine:
    """One engine: the URL of its database, and the source of its own kind."""

    url: str
    password: str
    native: Connector
    database: str
    schema: str

    def connector(self, **settings: object) -> Connector:
        return connect("sqlalchemy", {"url": self.url, **settings}, self.password)

    def ref(self, name: str) -> TableRef:
        return TableRef(self.database, self.schema, name)


def by_name(snapshot: Snapshot) -> dict[str, TableFacts]:
    return {each.name: each for each in snapshot.tables}


@contextmanager
def postgres(server: Server) -> Iterator[tuple[Engine, Scratch]]:
    """The suite's own server, through a TCP port: a URL names no socket."""
    relay = Relay(server, uuid4().bytes)
    with database_on(server, f"generic_{uuid4().hex[:12]}") as scratch:
        scratch.run(*TABLES)
        url = f"postgresql://{server.user}@127.0.0.1:{relay.port}/{scratch.name}"
        yield Engine(url, server.password, scratch.connector(), scratch.name, "public"), scratch
    relay.listener.close()


@contextmanager
def mysql() -> Iterator[Engine]:
    with mysql_server.my_scratch() as scratch:
        scratch.run(*TABLES)
        url = f"mysql://{mysql_server.USER}@{mysql_server.HOST}:{mysql_server.PORT}/{scratch.name}"
        native = connect("mysql", scratch.settings(), mysql_server.PASSWORD)
        yield Engine(url, mysql_server.PASSWORD, native, scratch.name, "")


@contextmanager
def sqlite(folder: Path) -> Iterator[Engine]:
    path = folder / "shop.db"
    with sqlite3.connect(path) as connection:
        for statement in TABLES:
            connection.execute(statement)
    connection.close()
    yield Engine(f"sqlite:///{path}", "", connect("sqlite", {"path": str(path)}, ""), "shop", "")


@contextmanager
def opened(kind: str, server: Server, folder: Path) -> Iterator[Engine]:
    """The engine of this kind, with its tables."""
    if kind == "postgresql":
        with postgres(server) as (engine, _):
            yield engine
        return
    with mysql() if kind == "mysql" else sqlite(folder) as engine:
        yield engine
