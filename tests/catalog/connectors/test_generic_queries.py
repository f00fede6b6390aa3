"""The same questions to three real databases behind URLs, and the same answers."""

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import Measure, Where
from tests.catalog.connectors.generic_servers import postgres


def test_measures_are_answered(engine):
    measures = [
        Measure("rows", "count"),
        Measure("emails", "count_distinct", "email"),
        Measure("capital", "count", "id", (Where("email", "matches", "^B"),)),
        Measure("sum", "sum", "balance"),
        Measure("born", "count", "born"),
    ]

    found = engine.connector().aggregate(engine.ref("customers"), measures)

    assert {key: int(str(each).split(".")[0]) for key, each in found.items()} == {
        "rows": 2,
        "emails": 2,
        "capital": 1,
        "sum": 300,
        "born": 1,
    }


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Where("id", "in", [1, 5]), ["lena@x.io"]),
        (Where("id", "in", []), []),
        (Where("email", "eq", "Ben@x.io"), ["Ben@x.io"]),
        (Where("email", "ne", "Ben@x.io"), ["lena@x.io"]),
        (Where("born", "is_null"), ["Ben@x.io"]),
        (Where("balance", "ge", 250), ["Ben@x.io"]),
        (Where("email", "eq", "' OR 1=1 --"), []),
    ],
)
def test_rows_are_found_by_conditions(engine, where, expected):
    found = engine.connector().select(engine.ref("customers"), ["email"], [where])

    assert [row[0] for row in found.values] == expected
    assert engine.connector().count_where(engine.ref("customers"), [where]) == len(expected)


def test_a_query_takes_values_and_leaves_texts_as_they_are(engine):
    ask = engine.connector()

    found = ask.rows(
        "SELECT id, note, ':id' AS said FROM orders WHERE note LIKE '%:id' AND id = :id", {"id": 2}
    )

    assert found.records() == [{"id": 2, "note": ":id", "said": ":id"}]
    assert ask.rows("SELECT '100%', ':id'").values == (("100%", ":id"),)
    assert ask.scalar("SELECT count(*) FROM orders") == 3
    assert ask.rows("WITH x AS (SELECT id FROM customers) SELECT * FROM x", limit=1).truncated
    assert len(ask.sample(engine.ref("orders"), ["id"], 2).values) == 2


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT nope FROM customers", "missing"),
        ("SELECT * FROM nope", "missing"),
        ("SELECT 'lena", "query"),
        ("DELETE FROM customers", "permission"),
        ("SELECT 1\x00", "query"),
    ],
)
def test_what_a_query_may_not_is_told(engine, query, kind):
    with pytest.raises(ConnectorError) as caught:
        engine.connector().rows(query)

    assert caught.value.kind == kind
    assert caught.value.__cause__ is None


def test_another_database_is_not_reached(engine):
    with pytest.raises(ConnectorError) as caught:
        engine.connector().rows("SELECT 1", database="mysql")

    assert caught.value.kind == "unknown_database"


def test_what_the_caller_raises_is_the_callers(engine):
    class Cancelled(Exception):
        pass

    def cancel(*_):
        raise Cancelled

    with pytest.raises(Cancelled):
        engine.connector().snapshot(cancel)


def test_a_slow_query_ends(server):
    with postgres(server) as (engine, _), pytest.raises(ConnectorError) as caught:
        engine.connector(statement_timeout=1).rows("SELECT pg_sleep(30)")

    assert caught.value.kind == "timeout"


def test_a_server_that_only_reads_refuses_what_a_function_would_write(server):
    with postgres(server) as (engine, scratch):
        scratch.run(
            "CREATE FUNCTION sneak() RETURNS int LANGUAGE sql AS 'DELETE FROM orders RETURNING 1'",
        )
        with pytest.raises(ConnectorError) as caught:
            engine.connector().rows("SELECT sneak()")

    assert (caught.value.kind, caught.value.message) == ("permission", "The portal only reads its sources.")
