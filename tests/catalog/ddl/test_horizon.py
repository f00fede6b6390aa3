"""However transactions overlap, a reader handles each event once and misses none."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.connectors.ddl import DdlEvent, DdlReading, without_literals
from catalog.connectors.metadata import TableRef
from catalog.ddl.horizon import Cursor

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def event(number: int) -> DdlEvent:
    return DdlEvent(number, NOW, "dba", "ALTER TABLE", False, TableRef("d", "s", f"t{number}"))


class Server:
    """Numbers events when they happen, and shows them when their transaction commits."""

    def __init__(self) -> None:
        self.running: dict[int, list[int]] = {}
        self.visible: list[int] = []
        self.transactions = self.events = 0

    def begin(self) -> None:
        self.transactions += 1
        self.running[self.transactions] = []

    def write(self, which: int) -> None:
        if self.running:
            self.events += 1
            self.running[sorted(self.running)[which % len(self.running)]].append(self.events)

    def commit(self, which: int) -> None:
        if self.running:
            self.visible += self.running.pop(sorted(self.running)[which % len(self.running)])

    def reading(self, after: int) -> DdlReading:
        coming = self.transactions + 1
        found = tuple(event(number) for number in sorted(self.visible) if number > after)
        return DdlReading(found, min(self.running, default=coming), coming)


STEP = st.tuples(st.sampled_from(["begin", "write", "commit", "read"]), st.integers(0, 5))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, max_size=60))
def test_each_event_is_handled_once(steps):
    server, cursor, handled = Server(), Cursor(), []

    def read() -> None:
        nonlocal cursor
        reading = server.reading(cursor.settled)
        handled.extend(found.id for found in cursor.news(reading))
        cursor = cursor.after(reading)

    for what, which in steps:
        if what == "begin":
            server.begin()
        elif what == "write":
            server.write(which)
        elif what == "commit":
            server.commit(which)
        else:
            read()
    while server.running:
        server.commit(0)
    for _ in range(3):
        read()

    assert sorted(handled) == sorted(server.visible)
    assert cursor.done == frozenset()
    assert cursor.settled == max(server.visible, default=0)


def test_what_stands_in_quotes_stays_at_the_source():
    said = without_literals(
        "CREATE VIEW v AS SELECT 'it''s', E'a\\'b', $x$ secret $x$, \"kept\" FROM t WHERE a = 'cut off"
    )

    assert said == "CREATE VIEW v AS SELECT '…', '…', '…', \"kept\" FROM t WHERE a = '…'"


def test_a_backslash_does_not_keep_a_plain_literal_open():
    said = without_literals("ALTER TABLE t ADD a text DEFAULT 'x\\', ADD b text DEFAULT 'secret', ADD c text")

    assert said == "ALTER TABLE t ADD a text DEFAULT '…', ADD b text DEFAULT '…', ADD c text"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t (path text DEFAULT 'C:\\'); ALTER ROLE u PASSWORD 's3cret'",
        "-- don't\nALTER ROLE u PASSWORD 's3cret'",
        "/* don't */ ALTER ROLE u PASSWORD 's3cret'",
        "/* a /* b */ don't */ ALTER ROLE u PASSWORD 's3cret'",
        "ALTER TABLE \"it's\" ADD word text DEFAULT 's3cret'",
        "SELECT date'\\', 's3cret'",
        "CREATE FUNCTION f() RETURNS text AS $$ s3cret that was cut o",
        "CREATE TABLE t (a$b$c int DEFAULT 1, d text DEFAULT 's3cret')",
        "CREATE TABLE t (id int) -- s3cret",
    ],
)
def test_no_text_comes_through_where_quotes_and_comments_mix(statement):
    assert "s3cret" not in without_literals(statement)
