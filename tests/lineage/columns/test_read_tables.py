"""Which tables a statement reads and writes, exactly."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.connectors.metadata import TableRef
from lineage.columns.sql import SqlLineage, parse_lineage


def told(sql: str, dialect: str = "postgres") -> tuple[str, str]:
    """Inputs and outputs as text; nothing may go wrong on the way."""
    found = parse_lineage(sql, dialect=dialect)
    assert found.warnings == ()
    return named(found)


def named(found: SqlLineage) -> tuple[str, str]:
    return " ".join(map(short, found.inputs)), " ".join(map(short, found.outputs))


def short(table: TableRef) -> str:
    return ".".join(part for part in (table.database, table.schema, table.name) if part)


@pytest.mark.parametrize(
    ("sql", "inputs"),
    [
        ("SELECT 1", ""),
        ("SELECT * FROM a, b JOIN c USING (id) LEFT JOIN (d NATURAL JOIN e) ON true", "a b c d e"),
        ("SELECT (SELECT max(x) FROM a) FROM b WHERE EXISTS (SELECT FROM c WHERE c.x = b.x)", "a b c"),
        ("SELECT * FROM a UNION SELECT * FROM b EXCEPT (SELECT * FROM c INTERSECT TABLE d)", "a b c d"),
        ("SELECT * FROM (SELECT * FROM (SELECT * FROM a) x) y", "a"),
        ("SELECT * FROM a, LATERAL (SELECT * FROM b WHERE b.x = a.x) c", "a b"),
        ("SELECT * FROM a, generate_series(1, a.n) g, unnest(a.tags) t(tag), s.rows_of(1) r", "a"),
        ("SELECT * FROM ROWS FROM (f(1), g(2)) WITH ORDINALITY", ""),
        ("SELECT * FROM a CROSS JOIN LATERAL jsonb_to_recordset(a.doc) AS x(id int, name text)", "a"),
        ("SELECT * FROM (VALUES ((SELECT max(id) FROM a))) v(id)", "a"),
        ("SELECT * FROM ONLY a TABLESAMPLE SYSTEM (10)", "a"),
        ("SELECT * FROM a FOR UPDATE OF a", "a"),
        ('SELECT * FROM "A", "b c"."d.e", F."G"', "A b c.d.e f.G"),
        ("SELECT * FROM shop.public.a", "shop.public.a"),
        ("SELECT a FROM b ORDER BY (SELECT c FROM d LIMIT 1)", "b d"),
        ("SELECT array(SELECT x FROM a), x = ANY (SELECT y FROM b) FROM c", "a b c"),
        ("SELECT sum(x) OVER (PARTITION BY (SELECT y FROM b)) FROM a", "a b"),
        ("SELECT a.x::oid[], ARRAY[]::text[] FROM a", "a"),
    ],
)
def test_a_query(sql, inputs):
    assert told(sql) == (inputs, "")


@pytest.mark.parametrize(
    ("sql", "inputs"),
    [
        ("WITH a AS (SELECT * FROM b) SELECT * FROM a", "b"),
        ("WITH a AS (SELECT * FROM a) SELECT * FROM a", "a"),
        ("WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b, c", "c"),
        ("WITH b AS (SELECT * FROM a), a AS (SELECT 1) SELECT * FROM a, b", "a"),
        ("WITH RECURSIVE a AS (SELECT 1 n UNION ALL SELECT n + 1 FROM a, b) SELECT * FROM a", "b"),
        ("WITH a AS (SELECT 1) SELECT * FROM s.a", "s.a"),
        ("WITH a AS (SELECT 1) SELECT * FROM (SELECT * FROM a) x", ""),
        ("SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) x, a", "a"),
        ("WITH a AS (WITH b AS (SELECT * FROM c) SELECT * FROM b) SELECT * FROM a, b", "b c"),
        ("WITH a AS (SELECT * FROM b) SELECT * FROM a UNION SELECT * FROM a", "b"),
        ('WITH a AS (SELECT 1) SELECT * FROM "A", A', "A"),
        ("WITH a AS (SELECT 1) SELECT (SELECT count(*) FROM a) FROM c", "c"),
    ],
)
def test_a_common_table_expression_is_no_table_where_it_is_seen(sql, inputs):
    assert told(sql) == (inputs, "")


@pytest.mark.parametrize(
    ("sql", "inputs", "outputs"),
    [
        ("CREATE TABLE t (id int REFERENCES u (id))", "", "t"),
        ("CREATE TABLE t AS SELECT * FROM a", "a", "t"),
        ("CREATE OR REPLACE VIEW s.v (x, y) AS SELECT 1, b FROM a", "a", "s.v"),
        ("CREATE MATERIALIZED VIEW v AS SELECT * FROM a WITH NO DATA", "a", "v"),
        ("SELECT * INTO t FROM a", "a", "t"),
        ("INSERT INTO t SELECT * FROM a", "a", "t"),
        ("INSERT INTO t (x) VALUES (1), ((SELECT max(x) FROM a))", "a", "t"),
        ("INSERT INTO t DEFAULT VALUES", "", "t"),
        ("INSERT INTO t SELECT * FROM t", "t", "t"),
        ("INSERT INTO t TABLE a ON CONFLICT (id) DO UPDATE SET x = excluded.x RETURNING id", "a", "t"),
        ("WITH c AS (SELECT * FROM a) INSERT INTO t SELECT * FROM c", "a", "t"),
        ("INSERT INTO t WITH c AS (SELECT * FROM a) SELECT * FROM c", "a", "t"),
        ("UPDATE t SET x = 1", "", "t"),
        ("UPDATE t SET x = a.x FROM a WHERE a.id = t.id", "a", "t"),
        ("UPDATE s.t AS u SET (x, y) = (SELECT b, c FROM a WHERE a.id = u.id)", "a", "s.t"),
        ("WITH c AS (SELECT * FROM a) UPDATE t SET x = c.x FROM c JOIN b ON true", "a b", "t"),
        ("UPDATE t SET x = (SELECT max(x) FROM t)", "t", "t"),
        ("DELETE FROM t USING a WHERE a.id = t.id", "", ""),
        ("MERGE INTO t USING a ON t.id = a.id WHEN MATCHED THEN UPDATE SET x = a.x", "a", "t"),
        ("MERGE INTO t USING (TABLE a) s ON t.i = s.i WHEN NOT MATCHED THEN INSERT VALUES (s.i)", "a", "t"),
        ("WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO t SELECT * FROM gone", "a", "t"),
        ("WITH i AS (INSERT INTO u TABLE a RETURNING id) INSERT INTO t TABLE i", "a u", "t u"),
        ("WITH c AS (TABLE a), x AS (UPDATE u SET n = c.n FROM c RETURNING u.id) TABLE x", "a u", "u"),
        ("COPY t (a, b) FROM '/tmp/x.csv'", "", "t"),
        ("COPY (SELECT * FROM a) TO STDOUT", "a", ""),
        ("COPY a TO STDOUT", "a", ""),
        ("CREATE INDEX ON t (id)", "", ""),
        ("CREATE SCHEMA s", "", ""),
        ("GRANT SELECT ON t TO reader", "", ""),
        ("CREATE FUNCTION f() RETURNS SETOF a LANGUAGE sql AS $$ SELECT * FROM a $$", "", ""),
        ("TRUNCATE t", "", ""),
    ],
)
def test_a_writing_statement(sql, inputs, outputs):
    assert told(sql) == (inputs, outputs)


@pytest.mark.parametrize(
    ("dialect", "sql", "inputs", "outputs"),
    [
        ("tsql", "UPDATE t SET t.x = b.x FROM a t JOIN b ON t.id = b.id", "b", "a"),
        ("tsql", "SELECT * INTO #t FROM a; INSERT INTO u SELECT * FROM #t", "a", "u"),
        ("mysql", "UPDATE t JOIN a ON a.id = t.id SET t.x = a.x", "a", "t"),
        ("bigquery", "SELECT i.name FROM `p.d.orders` o, o.items i", "p.d.orders", ""),
        ("spark", "SELECT * FROM parquet.`/data/x/`", "", ""),
        ("snowflake", "CREATE TABLE t CLONE a", "A", "T"),
        ("duckdb", "CREATE TABLE t AS FROM a SELECT *", "a", "t"),
        ("redshift", "UNLOAD ('SELECT * FROM a WHERE x = ''1''') TO 's3://b'", "a", ""),
    ],
)
def test_other_dialects(dialect, sql, inputs, outputs):
    assert told(sql, dialect) == (inputs, outputs)


@pytest.mark.parametrize(
    ("sql", "inputs", "outputs"),
    [
        ("CREATE TABLE b AS SELECT * FROM a; INSERT INTO c SELECT * FROM b", "a", "b c"),
        ("INSERT INTO b SELECT * FROM a; INSERT INTO c SELECT * FROM b", "a b", "b c"),
        ("INSERT INTO c SELECT * FROM b; CREATE TABLE b AS SELECT * FROM a", "a b", "b c"),
        ("CREATE TABLE b AS SELECT * FROM a; INSERT INTO c SELECT * FROM b; DROP TABLE b", "a", "c"),
        ("CREATE TEMP TABLE b AS SELECT * FROM a; INSERT INTO c SELECT * FROM b", "a", "c"),
        ("DROP TABLE IF EXISTS b; CREATE TABLE b AS SELECT * FROM a", "a", "b"),
        ("CREATE TABLE b AS TABLE a; DROP TABLE b; CREATE TABLE b AS TABLE c", "a c", "b"),
        ("CREATE TABLE new AS SELECT * FROM a; ALTER TABLE new RENAME TO b", "a", "b"),
        ("SELECT 1 FROM a;; -- nothing\n;", "a", ""),
    ],
)
def test_a_script(sql, inputs, outputs):
    assert told(sql) == (inputs, outputs)


def test_names_are_completed_by_the_search_path():
    known = {TableRef("shop", "sales", "orders"): {"id": "int"}, TableRef("shop", "public", "orders"): {}}

    found = parse_lineage(
        "SELECT * FROM orders, customers, other.x, far.other.y",
        dialect="postgres",
        schema=known,
        search_path=("audit", "sales", "public"),
        database="shop",
        output=TableRef("shop", "public", "v"),
    )

    assert found.inputs == (
        TableRef("far", "other", "y"),
        TableRef("shop", "audit", "customers"),
        TableRef("shop", "other", "x"),
        TableRef("shop", "sales", "orders"),
    )
    assert found.output == TableRef("shop", "public", "v")


def test_a_query_without_a_target_has_no_output():
    found = parse_lineage("SELECT * FROM a; SELECT * FROM b", dialect="postgres")

    assert (found.output, named(found)) == (None, ("a b", ""))


def test_what_cannot_be_parsed_is_a_warning_that_quotes_nothing():
    found = parse_lineage("SELEKT 'ann@example.org' FROMM x\nWHERE (", dialect="postgres")

    assert found == SqlLineage(warnings=("The SQL could not be parsed at line 1, column 24.",))


def test_one_bad_statement_leaves_the_others():
    found = parse_lineage(
        "INSERT INTO t SELECT * FROM a; SELECT FROM WHERE (; INSERT INTO u SELECT * FROM b",
        dialect="postgres",
    )

    assert named(found) == ("a b", "t u")
    assert len(found.warnings) == 1


def test_a_statement_that_is_not_understood_is_a_warning(caplog):
    with caplog.at_level(logging.DEBUG):
        found = parse_lineage("CALL refresh('ann@example.org')", dialect="postgres")

    assert found == SqlLineage(warnings=("A CALL statement is not understood.",))
    assert "ann" not in caplog.text


@pytest.mark.parametrize(
    "sql",
    ["", " ", ";", "'", '"', "/*", "SELECT", "\x00", "\ud800", "(" * 5000, "SELECT " + "-" * 3 + "(" * 2000],
)
def test_rubbish_never_raises(sql):
    assert parse_lineage(sql, dialect="postgres").columns == ()


def test_a_deep_expression_never_raises():
    deep = "SELECT x FROM a WHERE " + " + ".join(["x"] * 3000) + " > 1"

    found = parse_lineage(deep, dialect="postgres")

    assert found.inputs == (TableRef("", "", "a"),) or found.warnings


def test_an_unknown_dialect_is_a_warning():
    assert parse_lineage("SELECT 1", dialect="klingon") == SqlLineage(
        warnings=("The SQL could not be parsed.",)
    )


WORDS = st.sampled_from(
    """select from where group by order union all with as ( ) , . * a b c t1 x.y 1 'v' join on using insert
    into values update set merge when matched then case end over partition create table view temp drop lateral
    ; = distinct recursive returning delete unnest [ ] :: int""".split()  # noqa: SIM905
)


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_any_soup_of_words_gives_an_answer(sql):
    found = parse_lineage(sql, dialect="postgres")

    assert isinstance(found, SqlLineage)
    assert not any("could not be followed" in each for each in found.warnings)
