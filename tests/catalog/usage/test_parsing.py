"""Which tables a statement names, and how it joins them."""

import pytest

from catalog.usage.parsing import Join, Name, named


def tables(names) -> str:
    return " ".join(
        sorted(".".join(filter(None, (each.database, each.schema, each.table))) for each in names)
    )


@pytest.mark.parametrize(
    ("sql", "reads", "writes"),
    [
        ("SELECT * FROM orders, hr.salary", "hr.salary orders", ""),
        ('SELECT * FROM Shop.Orders, "Odd"', "Odd shop.orders", ""),
        ("WITH orders AS (SELECT * FROM orders) SELECT * FROM orders", "orders", ""),
        ("WITH x AS (SELECT * FROM a), y AS (SELECT * FROM x) SELECT * FROM y", "a", ""),
        ("WITH RECURSIVE r AS (SELECT 1 FROM a UNION ALL SELECT 2 FROM r) SELECT * FROM r", "a", ""),
        ("SELECT * FROM (WITH x AS (SELECT * FROM a) SELECT * FROM x) q, x", "a x", ""),
        ("SELECT * FROM a WHERE b IN (SELECT b FROM c)", "a c", ""),
        ("INSERT INTO t SELECT * FROM t", "t", "t"),
        ("INSERT INTO t (a) VALUES ('1')", "", "t"),
        ("WITH d AS (DELETE FROM old RETURNING *) INSERT INTO fresh SELECT * FROM d", "", "fresh old"),
        ("UPDATE t SET a = s.b FROM s WHERE s.i = t.i", "s", "t"),
        ("DELETE FROM t USING s WHERE t.a = s.a", "s", "t"),
        ("MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = s.b", "s", "t"),
        ("CREATE TABLE n AS SELECT * FROM t", "t", "n"),
        ("SELECT * INTO n FROM t", "t", "n"),
        ("TRUNCATE a, b", "", "a b"),
        ("COPY t FROM STDIN", "", "t"),
        ("COPY t TO STDOUT", "t", ""),
        ("COPY (SELECT * FROM t) TO STDOUT", "t", ""),
        ("SELECT * FROM generate_series('1', '2') g", "", ""),
    ],
)
def test_what_is_read_and_written(sql, reads, writes):
    found = named(sql, "postgres")

    assert found.understood
    assert (tables(found.reads), tables(found.writes)) == (reads, writes)


@pytest.mark.parametrize(
    ("sql", "joined"),
    [
        ("SELECT * FROM b x JOIN a y ON x.i = y.j AND y.k = x.l", [("a", "b", (("j", "i"), ("k", "l")))]),
        ("SELECT * FROM a JOIN b USING (i, j)", [("a", "b", (("i", "i"), ("j", "j")))]),
        ("SELECT * FROM a, b WHERE a.i = b.j AND a.k = '1'", [("a", "b", (("i", "j"),))]),
        ("SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.i = a.j)", [("a", "b", (("j", "i"),))]),
        ("SELECT * FROM a, b WHERE a.i = b.i OR a.j = b.j", []),
        ("SELECT * FROM a x JOIN a y ON x.i = y.parent", []),
        ("WITH w AS (SELECT * FROM a) SELECT * FROM w JOIN b ON w.i = b.i", []),
        ("SELECT * FROM a JOIN b ON i = j", []),  # whose columns these are, only the engine knows
    ],
)
def test_how_tables_are_joined(sql, joined):
    expected = {Join(Name("", "", left), Name("", "", right), pairs) for left, right, pairs in joined}

    assert named(sql, "postgres").joins == expected


@pytest.mark.parametrize(
    "sql",
    ["VACUUM t", "CALL p()", "SELECT FROM WHERE", "SELECT 1; SELECT 2", "DO 'x'", "GRANT ALL ON t TO x", ""],
)
def test_what_cannot_be_read_is_not_understood(sql):
    assert not named(sql, "postgres").understood


@pytest.mark.parametrize("inner", ["(", "f(", "CASE WHEN a THEN ", "(SELECT ", "NOT ", "CAST("])
def test_a_statement_nested_without_end_ends(inner):
    assert not named("SELECT " + inner * 3000, "postgres").understood


def test_names_of_mysql_keep_their_case_and_their_database():
    found = named("SELECT * FROM `Shop`.`Orders` o JOIN x ON o.i = x.i", "mysql")

    assert tables(found.reads) == "Shop.Orders x"
    assert len(found.joins) == 1


def test_a_cast_to_the_type_of_a_table_names_it():
    assert named("SELECT NULL::hr.Salary", "postgres").types == {Name("", "hr", "salary")}


def test_each_of_many_joins_is_found():
    tables = ", ".join(f"t{at}" for at in range(900))
    pairs = " AND ".join(f"t{at}.a = t{at + 1}.b" for at in range(800))

    assert len(named(f"SELECT * FROM {tables} WHERE {pairs}", "postgres").joins) == 800
