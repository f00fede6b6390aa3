"""PostgreSQL records what a view reads when it is created. That is the truth to be found from its SQL."""

from collections import defaultdict
from pathlib import Path

import psycopg
import pytest

from catalog.connectors.metadata import Snapshot, TableRef
from lineage.columns.sql import SqlLineage, parse_lineage
from tests.catalog.connectors.servers import Scratch

SAKILA = Path(__file__).parents[4] / "shared/data/databases/sakila/postgres-sakila-schema.sql"
# The server's own views, made anew over copies of its catalogue: about 140, of all ages and styles.
COPIES = """
    SELECT format('CREATE TABLE mine.%I (%s)', c.relname, string_agg(
        format('%I %s', a.attname, CASE
            WHEN format_type(a.atttypid, a.atttypmod) IN ('anyarray', 'pg_statistic[]') THEN 'text[]'
            ELSE format_type(a.atttypid, a.atttypmod) END), ', ' ORDER BY a.attnum))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND n.nspname IN ('pg_catalog', 'information_schema') GROUP BY c.oid
"""
VIEWS = """
    SELECT format('CREATE VIEW mine.%I AS %s', c.relname, pg_get_viewdef(c.oid))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'v' AND n.nspname IN ('pg_catalog', 'information_schema') ORDER BY c.oid
"""
COLUMNS_READ = """
    SELECT n.nspname, v.relname, cn.nspname, c.relname, a.attname
    FROM pg_class v JOIN pg_namespace n ON n.oid = v.relnamespace JOIN pg_rewrite w ON w.ev_class = v.oid
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
        AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.refobjid <> v.oid
    JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace cn ON cn.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
"""
FORMS = {
    "plain": "SELECT id, name FROM people WHERE born > '2000-01-01' ORDER BY name LIMIT 5",
    "starred": "SELECT * FROM people p JOIN orders o ON o.person = p.id",
    "merged": "SELECT * FROM people JOIN cities USING (city)",
    "natural": "SELECT * FROM people NATURAL LEFT JOIN cities",
    "full": "SELECT city FROM people FULL JOIN cities USING (city)",
    "grouped": "SELECT city, count(*), max(born) FROM people GROUP BY city HAVING min(born) > '1900-01-01'",
    "cubed": "SELECT city, name, count(*) FROM people GROUP BY GROUPING SETS ((city), (name), ())",
    "both": "SELECT id FROM people UNION ALL SELECT person FROM orders EXCEPT SELECT 1",
    "nested": "SELECT a FROM (SELECT b AS a FROM (SELECT total AS b FROM orders) x) y",
    "common": """WITH c AS (SELECT id, city FROM people), d AS (SELECT * FROM c) SELECT d.id, d.city FROM
        d, orders""",
    "shadow": "WITH people AS (SELECT person AS id FROM orders) SELECT id FROM people",
    "tree": """WITH RECURSIVE t (id, boss) AS (
        SELECT id, boss FROM people WHERE boss IS NULL
        UNION ALL SELECT p.id, p.boss FROM people p JOIN t ON p.boss = t.id) SELECT id FROM t""",
    "correlated": "SELECT id, (SELECT sum(total) FROM orders o WHERE o.person = p.id) FROM people p",
    "existing": "SELECT id FROM people p WHERE EXISTS (SELECT FROM orders WHERE person = p.id AND total > 5)",
    "lateral": "SELECT p.id, l.total FROM people p, LATERAL (SELECT total FROM orders WHERE person = p.id) l",
    "series": "SELECT g, ordinality FROM people, generate_series(1, id) WITH ORDINALITY g",
    "unnested": "SELECT p.id, t.tag FROM people p CROSS JOIN LATERAL unnest(p.tags) AS t (tag)",
    "several": "SELECT r.a, r.b FROM people, ROWS FROM (generate_series(1, id), unnest(tags)) AS r (a, b)",
    "document": "SELECT x.k, x.v FROM people, LATERAL jsonb_each_text(extra) AS x (k, v) WHERE extra ? 'a'",
    "record": "SELECT x.a FROM people, jsonb_to_recordset(extra) AS x (a int, b text)",
    "window": """SELECT id, rank() OVER w, sum(id) OVER (ORDER BY born ROWS 3 PRECEDING) FROM people
        WINDOW w AS (PARTITION BY city)""",
    "filtered": """SELECT city, sum(id) FILTER (WHERE born IS NULL), string_agg(name, ',' ORDER BY born)
        FROM people GROUP BY 1""",
    "chosen": """SELECT CASE WHEN id > 5 THEN name ELSE city END AS x, coalesce(name, city), id IS
        DISTINCT FROM boss FROM people""",
    "arrays": """SELECT tags[1] AS a, tags[1:2] AS b, ARRAY(SELECT total FROM orders WHERE person = id),
        id = ANY (ARRAY[1, boss]) FROM people""",
    "listed": "SELECT id FROM people WHERE city IN (SELECT city FROM cities) AND id NOT IN (1, 2)",
    "casts": """SELECT id::text, name::char(3), extra -> 'a' ->> 'b', '{1}'::oid[],
        array_agg(no::oid)::oid[] FROM people, orders GROUP BY 1, 2, 3, people.id""",
    "values_list": "SELECT v.a, p.id FROM (VALUES (1, 'x'), (2, 'y')) v (a, b) JOIN people p ON p.id = v.a",
    "sampled": "SELECT id FROM people TABLESAMPLE BERNOULLI (5)",
    "only_parent": "SELECT id FROM ONLY people",
    "distinct_on": "SELECT DISTINCT ON (city) id FROM people ORDER BY city, born",
    "whole_row": "SELECT row_to_json(c) AS j FROM cities c",
    "of_row": "SELECT (c).country FROM cities c",
    "times": """SELECT extract(year FROM born), born AT TIME ZONE 'UTC' AS z, born + interval '1 day' AS
        n, date_trunc('day', born) FROM people""",
    "patterns": """SELECT name ~* 'x' AS a, name LIKE 'a%' AS b, name SIMILAR TO 'b' AS c, name COLLATE "C",
        substring(name FROM 2) FROM people""",
    "joined_functions": "SELECT k.n, p.id FROM unnest(ARRAY[1, 2]) k (n) JOIN people p ON p.id = k.n",
    "brackets": "SELECT a.id FROM (people a JOIN (orders o JOIN cities c ON true) ON a.id = o.person)",
    "named_join": "SELECT j.total FROM (people JOIN orders ON people.id = orders.person) AS j (pid, n)",
    "quoted": 'SELECT "Order Id", "select" FROM "Odd Schema"."Odd ""Table"""',
    "on_view": "SELECT id FROM plain JOIN starred USING (id)",
    "no_table": "SELECT 1 AS one, now() AS two",
}
# sqlglot cannot parse these; PostgreSQL's own record of what they read must do.
BEYOND = {
    "merged_alias": "SELECT u.city, p.id FROM people p JOIN cities c USING (city) AS u",
    "xml": "SELECT x.a FROM people, XMLTABLE('/r' PASSING (name::xml) COLUMNS a int PATH 'a') x",
}


Read = set[tuple[TableRef, str]]


def columns_read(scratch: Scratch) -> dict[TableRef, Read]:
    """For each view the columns that the server says it reads."""
    found = defaultdict(set)
    for schema, view, of_schema, table, column in scratch.connection.execute(COLUMNS_READ):
        found[TableRef(scratch.name, schema, view)].add((TableRef(scratch.name, of_schema, table), column))
    return found


def parsed(snapshot: Snapshot, known: bool = True) -> dict[TableRef, SqlLineage]:
    """The lineage of every view by its SQL alone."""
    schema = {
        each.ref: {column.name: column.data_type for column in each.columns} for each in snapshot.tables
    }
    return {
        each.ref: parse_lineage(
            each.view_sql,
            dialect="postgres",
            schema=schema if known else {},
            database=each.database,
            output=each.ref,
        )
        for each in snapshot.tables
        if each.view_sql
    }


def depends_on(snapshot: Snapshot) -> dict[TableRef, tuple[TableRef, ...]]:
    return {each.ref: each.depends_on for each in snapshot.tables if each.view_sql}


def inputs(read: dict[TableRef, SqlLineage]) -> dict[TableRef, tuple[TableRef, ...]]:
    return {ref: each.inputs for ref, each in read.items()}


def columns(lineage: SqlLineage) -> Read:
    return {(each.source_table, each.source_column) for each in lineage.columns}


@pytest.fixture(scope="module")
def forms(scratch: Scratch) -> Scratch:
    """Views of every form."""
    scratch.run(
        """CREATE TABLE people (id int PRIMARY KEY, name text, city text, born timestamp, boss int,
            tags text[], extra jsonb)""",
        "CREATE TABLE orders (no int, person int, total numeric)",
        "CREATE TABLE cities (city text, country text)",
        'CREATE SCHEMA "Odd Schema"',
        'CREATE TABLE "Odd Schema"."Odd ""Table""" ("Order Id" int, "select" text)',
        *(f'CREATE VIEW "{name}" AS {query}' for name, query in (FORMS | BEYOND).items()),
    )
    return scratch


def test_views_of_every_form_read_what_the_server_says(forms):
    names = {TableRef(forms.name, "public", name) for name in FORMS}
    snapshot = forms.snapshot()
    read = {ref: each for ref, each in parsed(snapshot).items() if ref in names}
    truth = columns_read(forms)

    assert read.keys() == names
    assert [ref for ref, each in read.items() if each.warnings] == []
    assert inputs(read) == {ref: each for ref, each in depends_on(snapshot).items() if ref in names}
    assert {ref: columns(each) for ref, each in read.items()} == {ref: truth[ref] for ref in read}


def test_the_tables_are_right_without_knowing_any_columns(forms):
    snapshot = forms.snapshot()

    read = {ref: each for ref, each in inputs(parsed(snapshot, known=False)).items() if ref.name in FORMS}

    assert read == {ref: each for ref, each in depends_on(snapshot).items() if ref.name in FORMS}


def test_forms_beyond_the_parser_say_so(forms):
    read = {ref.name: each for ref, each in parsed(forms.snapshot()).items() if ref.name in BEYOND}

    assert {name: (each.inputs, len(each.warnings)) for name, each in read.items()} == dict.fromkeys(
        BEYOND, ((), 1)
    )


@pytest.fixture(scope="module")
def catalogue(scratch: Scratch) -> Scratch:
    """The server's own views over copies of its catalogue, in a schema `mine`."""
    run = scratch.connection.execute
    run("CREATE SCHEMA mine")
    for (statement,) in run(COPIES).fetchall():
        run(statement)
    run("SET search_path = pg_catalog, information_schema")
    statements = run(VIEWS).fetchall()
    run("SET search_path = mine, pg_catalog, information_schema")
    for (statement,) in statements:
        try:
            run(statement)
        except (
            psycopg.errors.UndefinedFunction,
            psycopg.errors.WrongObjectType,
            psycopg.errors.DatatypeMismatch,
        ):
            continue  # a few want the real row types
    run("RESET search_path")
    return scratch


def test_the_servers_own_views_read_what_it_says(catalogue):
    snapshot = catalogue.connector(include=["mine"]).snapshot()
    read, truth = parsed(snapshot), columns_read(catalogue)

    assert len(read) > 120
    assert [ref for ref, each in read.items() if each.warnings] == []
    # The server also counts a table that is only named, as in 'pg_rewrite'::regclass.
    named = {ref.name for ref, tables in depends_on(snapshot).items() if tables != read[ref].inputs}
    assert all(set(read[ref].inputs) <= set(tables) for ref, tables in depends_on(snapshot).items())
    assert named <= {"pg_seclabels", "view_column_usage", "view_routine_usage", "view_table_usage"}
    # And columns that a subquery offers but nobody takes.
    offered = {ref.name for ref, each in read.items() if columns(each) != truth[ref]}
    assert [ref for ref, each in read.items() if not columns(each) <= truth[ref]] == []
    assert offered <= {"key_column_usage", "table_privileges", "udt_privileges", "usage_privileges"}


@pytest.fixture(scope="module")
def sakila(scratch: Scratch) -> Scratch:
    """The DVD rental, as its authors wrote it but for the owners."""
    if not SAKILA.exists():
        pytest.skip("shared/data/databases/sakila is not here")
    lines = SAKILA.read_text().splitlines()
    scratch.connection.execute("\n".join(each for each in lines if " OWNER TO " not in each))
    scratch.connection.execute("RESET ALL")
    return scratch


def test_the_views_of_sakila_read_what_the_server_says(sakila):
    snapshot = sakila.connector(exclude=["mine", "Odd Schema"]).snapshot()
    mine = {
        "actor_info",
        "customer_list",
        "film_list",
        "nicer_but_slower_film_list",
        "sales_by_film_category",
    }
    mine |= {"sales_by_store", "staff_list"}
    read = {ref: each for ref, each in parsed(snapshot).items() if ref.name in mine}
    truth = columns_read(sakila)

    assert len(read) == 7
    assert [ref for ref, each in read.items() if each.warnings] == []
    assert inputs(read) == {ref: each for ref, each in depends_on(snapshot).items() if ref.name in mine}
    assert {ref: columns(each) for ref, each in read.items()} == {ref: truth[ref] for ref in read}


def test_a_view_of_sakila_column_by_column(sakila):
    snapshot = sakila.snapshot()
    [store] = [each for ref, each in parsed(snapshot).items() if ref.name == "sales_by_store"]

    edges = {
        (each.source_table.name, each.source_column, each.target_column, each.subtype)
        for each in store.columns
        if each.target_column
    }

    assert edges == {
        ("city", "city", "store", "TRANSFORMATION"),
        ("country", "country", "store", "TRANSFORMATION"),
        ("staff", "first_name", "manager", "TRANSFORMATION"),
        ("staff", "last_name", "manager", "TRANSFORMATION"),
        ("payment", "amount", "total_sales", "AGGREGATION"),
    }
