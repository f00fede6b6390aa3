"""Reading queries: capped, bound, guarded, and explained when they fail."""

from decimal import Decimal

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import Rows
from tests.catalog.connectors.servers import Scratch


def refused(scratch: Scratch, query: str, **settings: object) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        scratch.connector(**settings).rows(query)
    return caught.value


def test_rows_come_as_python_values(people):
    found = people.connector().rows("SELECT id, spent, extra FROM people WHERE id = 1")

    assert found == Rows(("id", "spent", "extra"), ((1, Decimal("10.50"), {"a": 1}),))
    assert found.records() == [{"id": 1, "spent": Decimal("10.50"), "extra": {"a": 1}}]


def test_dates_beyond_python_come_as_text(people):
    query = """SELECT born, '0044-03-15 BC'::timestamp, '-infinity'::timestamptz, '12345-01-01'::date
        FROM people WHERE id = 2"""

    assert people.connector().rows(query).values == (
        ("infinity", "0044-03-15 00:00:00 BC", "-infinity", "12345-01-01"),
    )


@pytest.mark.parametrize(
    ("limit", "count", "truncated"),
    [(0, 0, True), (1, 1, True), (99, 99, True), (100, 100, False), (101, 100, False)],
)
def test_rows_stop_at_the_limit_and_say_so(people, limit, count, truncated):
    found = people.connector().rows("SELECT generate_series(1, 100)", limit=limit)

    assert (len(found.values), found.truncated) == (count, truncated)


def test_a_huge_answer_is_not_fetched_whole(people):
    endless = "SELECT generate_series(1, 1000000000), repeat('x', 1000)"  # made row by row, as it is fetched

    found = people.connector().rows(endless, limit=3)

    assert [row[0] for row in found.values] == [1, 2, 3]


def test_without_parameters_the_query_is_sent_as_it_is(people):
    query = "SELECT 7 % 4, ':name', 'a%b' LIKE 'a%%', '%(x)s', '{\"a\": 1}'::json ->> 'a' -- :comment %"

    assert people.connector().rows(query).values == ((3, ":name", True, "%(x)s", "1"),)


def test_parameters_are_bound_where_they_stand_outside_of_literals(people):
    query = """SELECT :v::int + 1, ':v', "odd:v", $$:v$$, E'\\':v', 7 % 4, (ARRAY[1, 2, 3])[1:2] /* :v */
 -- :v
        FROM (SELECT 5 AS "odd:v") s WHERE :other = 'it''s: "x" % ;'"""

    found = people.connector().rows(query, {"v": "41", "other": 'it\'s: "x" % ;'})

    assert found.values == ((42, ":v", 5, ":v", "':v", 3, [1, 2]),)


def test_a_scalar_is_the_first_value_or_nothing(people):
    connector = people.connector()

    assert connector.scalar("SELECT count(*), 5 FROM people") == 3
    assert connector.scalar("SELECT id FROM people WHERE id = :id", {"id": 99}) is None


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE victim",
        "DELETE FROM victim",
        "WITH gone AS (DELETE FROM victim RETURNING 1) SELECT * FROM gone",
        "SELECT 1; DROP TABLE victim",
        "COMMIT; DROP TABLE victim",
        "SELECT set_config('transaction_read_only', 'off', true)",
        "SELECT nextval('counter')",
    ],
)
def test_nothing_can_be_written(scratch, query):
    scratch.run("CREATE TABLE victim (id int)", "INSERT INTO victim VALUES (1)", "CREATE SEQUENCE counter")

    assert refused(scratch, query).kind in {"query", "permission"}
    assert scratch.connection.execute("SELECT count(*) FROM victim").fetchone() == (1,)


def test_what_a_reading_transaction_lets_through_is_rolled_back(scratch):
    made = "SELECT count(*) FROM pg_largeobject_metadata"
    if scratch.connection.info.server_version < 160000:  # later ones refuse it outright
        scratch.connector().scalar("SELECT lo_create(0)")

    assert scratch.connector().scalar(made) == 0


def test_a_function_that_writes_is_stopped(scratch):
    scratch.run(
        "CREATE TABLE victim (id int)",
        "CREATE FUNCTION sly() RETURNS void LANGUAGE sql AS 'DELETE FROM victim'",
    )

    error = refused(scratch, "SELECT sly()")

    assert (error.kind, str(error)) == (
        "permission",
        "The portal only reads its sources: cannot execute DELETE in a read-only transaction.",
    )


@pytest.mark.parametrize(
    ("query", "kind", "message"),
    [
        ("SELECT pg_sleep(30)", "timeout", "A query took longer than the 1 seconds it may take."),
        ("SELECT * FROM nowhere", "missing", 'There is no such table: relation "nowhere" does not exist.'),
        ("SELECT wrong FROM people", "missing", 'There is no such column: column "wrong" does not exist.'),
        ("SELECT 'ann@example.org'::int", "query", "A value does not fit the type of its column."),
        ("SELEKT 1", "query", 'The server did not accept the query: syntax error at or near "SELEKT".'),
        ("SELECT 1\x00", "query", "A query cannot hold a NUL character."),
        ("SELECT '\ud800'", "query", "A name or value is not valid text in UTF-8."),
    ],
)
def test_a_failing_query_is_explained(people, query, kind, message):
    error = refused(people, query, statement_timeout=1)

    assert (error.kind, str(error)) == (kind, message)


def test_a_lock_is_not_waited_for_long(scratch):
    scratch.run("CREATE TABLE busy (id int)")
    with scratch.server.open(scratch.name) as holder, holder.transaction():
        holder.execute("LOCK TABLE busy")

        error = refused(scratch, "SELECT * FROM busy")

    assert (error.kind, str(error)) == (
        "timeout",
        "Another session held a lock for longer than a query may wait.",
    )


def test_an_ended_session_is_a_lost_connection(people):
    error = refused(people, "SELECT pg_terminate_backend(pg_backend_pid())")

    assert error.kind == "unreachable"


def test_a_table_without_the_privilege(role, scratch):
    scratch.run("CREATE TABLE secret (id int)")

    with pytest.raises(ConnectorError) as caught:
        scratch.connector(user=role).count_where(scratch.ref("secret"))

    message = f"User “{role}” lacks a privilege: permission denied for table secret."
    assert (caught.value.kind, str(caught.value)) == ("permission", message)
