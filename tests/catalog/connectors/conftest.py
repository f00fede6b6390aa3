"""A scratch database on the suite's own server, and servers that behave badly."""

import socket
import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from psycopg import sql

from tests.catalog.connectors.generic_servers import Engine, opened
from tests.catalog.connectors.servers import Relay, Scratch, Server, database_on, server_of_the_suite


@pytest.fixture(scope="session")
def server() -> Server:
    """The suite's own server."""
    return server_of_the_suite()


@pytest.fixture
def scratch(server: Server) -> Iterator[Scratch]:
    """An empty database of one test."""
    with database_on(server, f"connect_{uuid4().hex[:12]}") as made:
        yield made


@pytest.fixture(scope="module")
def shared_scratch(server: Server) -> Iterator[Scratch]:
    """A database that the tests of one file share and only read."""
    with database_on(server, f"connect_{uuid4().hex[:12]}") as made:
        yield made


@pytest.fixture(scope="module")
def people(shared_scratch: Scratch) -> Scratch:
    """Three people, one of them of holes, and a table to attack."""
    shared_scratch.run(
        "CREATE TABLE people (id int, email text, born date, spent numeric, ok bool, key uuid, extra json)",
        """INSERT INTO people VALUES
            (1, 'ann@example.org', '1980-01-01', 10.50, true,
                '00000000-0000-0000-0000-000000000001', '{"a": 1}'),
            (2, 'bob@example.org', 'infinity', 20, false, null, null),
            (3, null, null, null, null, null, null)""",
        "CREATE TABLE victim (id int)",
    )
    return shared_scratch


@pytest.fixture(scope="module", params=["postgresql", "mysql", "sqlite"])
def engine(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database after another, each behind a SQLAlchemy URL; the tests of one file only read them."""
    with opened(request.param, server, tmp_path_factory.mktemp("generic")) as made:
        yield made


@pytest.fixture
def another_database(server: Server) -> Iterator[Callable[[str], Scratch]]:
    """Makes databases under names of the test's choice."""
    opened = []

    def make(name: str) -> Scratch:
        context = database_on(server, name)
        scratch = context.__enter__()
        opened.append(context)
        return scratch

    yield make
    for context in opened:
        context.__exit__(None, None, None)


@pytest.fixture
def role(server: Server) -> Iterator[str]:
    """A login role that owns nothing and may read nothing."""
    name = f"connect_{uuid4().hex[:12]}"
    with server.open("postgres") as root:
        root.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
        yield name
        root.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture
def listening() -> Iterator[Callable[[bytes], int]]:
    """Opens ports that accept, answer with the given bytes, and then say nothing more."""
    sockets: list[socket.socket] = []
    held: list[socket.socket] = []

    def serve(listener: socket.socket, answer: bytes) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            held.append(client)
            if answer:
                client.recv(1024)
                client.sendall(answer)
                client.close()

    def listen(answer: bytes = b"") -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        sockets.append(listener)
        threading.Thread(target=serve, args=(listener, answer), daemon=True).start()
        return int(listener.getsockname()[1])

    yield listen
    for each in sockets + held:
        each.close()


@pytest.fixture
def relay(server: Server) -> Iterator[Relay]:
    made = Relay(server, b"please go silent")
    yield made
    made.listener.close()
