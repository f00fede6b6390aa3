"""A snapshot takes as many queries for many tables as for one, and few seconds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that SQLAlchemy sends meanwhile, its own start-up queries included."""
    sent: list[str] = []

    def note(connection, cursor, statement, *rest):
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def many_tables(count: int) -> str:
    return f"""DO $$ BEGIN
        FOR n IN 1..{count} LOOP
            EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, name text UNIQUE, made date DEFAULT now(),
                other int REFERENCES t0, a int, b int, c int, d int, e int, f int)', n);
            IF n % 10 = 0 THEN EXECUTE format('CREATE VIEW v%s AS SELECT id, name FROM t%s', n, n); END IF;
            IF n % 100 = 0 THEN COMMIT; END IF;
        END LOOP;
    END $$"""


def test_two_hundred_tables_take_as_many_queries_as_one(scratch):
    scratch.run("CREATE TABLE t0 (id int PRIMARY KEY)")
    with counted() as for_one:
        scratch.snapshot()
    scratch.run(many_tables(200))
    with counted() as for_many:
        found = scratch.snapshot()

    assert len(found.tables) == 221
    assert for_many == for_one
    assert len(for_one) <= 16


def test_a_thousand_tables_are_listed_within_seconds(scratch):
    scratch.run("CREATE TABLE t0 (id int PRIMARY KEY)", many_tables(1000))
    began = time.monotonic()

    found = scratch.snapshot()

    assert time.monotonic() - began < 5
    assert sum(len(each.columns) for each in found.tables) == 1 + 1000 * 10 + 100 * 2
