"""Which columns of its target a statement writes from which."""

import pytest

from catalog.connectors.metadata import TableRef
from lineage.columns.sql import parse_lineage
from tests.lineage.columns.edges import KNOWN, direct


@pytest.mark.parametrize(
    ("sql", "edges"),
    [
        ("INSERT INTO target SELECT city, country FROM cities", {"cities.city = a", "cities.country = b"}),
        (
            "INSERT INTO target (c, a) SELECT city, country FROM cities",
            {"cities.city = c", "cities.country = a"},
        ),
        ("INSERT INTO other SELECT city AS x FROM cities", {"cities.city = x"}),
        ("CREATE VIEW v (x, y) AS SELECT * FROM cities", {"cities.city = x", "cities.country = y"}),
        ("CREATE TABLE t AS SELECT max(city) FROM cities", {"cities.city + MAX(city)"}),
        ("UPDATE target SET a = c.city, b = upper(b) FROM cities c", {"cities.city = a", "target.b ~ b"}),
        ("UPDATE target SET (a, b) = (city, country) FROM cities", {"cities.city = a", "cities.country = b"}),
        (
            """MERGE INTO target t USING cities c ON t.a = c.city WHEN MATCHED THEN UPDATE SET b = c.country
            WHEN NOT MATCHED THEN INSERT (a, b) VALUES (c.city, lower(c.country))""",
            {"cities.country = b", "cities.city = a", "cities.country ~ b"},
        ),
        (
            "WITH gone AS (DELETE FROM cities RETURNING city AS x) INSERT INTO target (a) SELECT x FROM gone",
            {"cities.city = a"},
        ),
        (
            "CREATE TEMP TABLE s AS SELECT city AS x FROM cities; INSERT INTO target SELECT upper(x) FROM s",
            {"cities.city ~ a"},
        ),
        (
            "CREATE TABLE s AS SELECT * FROM cities; INSERT INTO target SELECT * FROM s; DROP TABLE s",
            {"cities.city = a", "cities.country = b"},
        ),
        (
            "CREATE TABLE s AS SELECT * FROM cities; INSERT INTO target SELECT * FROM s",
            {"cities.city = city", "cities.country = country", "s.city = a", "s.country = b"},
        ),
    ],
)
def test_a_writing_statement(sql, edges):
    assert direct(sql) == edges


def test_edges_name_their_target_and_kind():
    found = parse_lineage(
        "SELECT city FROM cities WHERE country = 'DE'",
        dialect="postgres",
        schema=KNOWN,
        output=TableRef("", "", "german"),
    )

    assert [(each.target_table, each.target_column, each.kind, each.subtype) for each in found.columns] == [
        (TableRef("", "", "german"), "city", "DIRECT", "IDENTITY"),
        (TableRef("", "", "german"), None, "INDIRECT", "FILTER"),
    ]


def test_a_renamed_target_keeps_its_edges():
    sql = "CREATE TABLE new AS SELECT city FROM cities; ALTER TABLE new RENAME TO places"

    assert [each.target_table for each in parse_lineage(sql, dialect="postgres").columns] == [
        TableRef("", "", "places")
    ]


def test_a_column_named_by_the_known_view_wins_over_the_query():
    view = TableRef("", "", "v")

    found = parse_lineage(
        "SELECT max(city) FROM cities",
        dialect="postgres",
        schema=KNOWN | {view: {"best": "text"}},
        output=view,
    )

    assert [each.target_column for each in found.columns] == ["best"]
