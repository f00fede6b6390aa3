"""Where the columns of a query come from, and how."""

import pytest

from tests.lineage.columns.edges import direct, rows, traced


@pytest.mark.parametrize(
    ("expression", "edges"),
    [
        ("total AS x", {"orders.total = x"}),
        ("(total) AS x", {"orders.total = x"}),
        ("total::text AS x", {"orders.total ~ x"}),
        ("total * 2 + id AS x", {"orders.total ~ x", "orders.id ~ x"}),
        ("upper(total) AS x", {"orders.total ~ x"}),
        ("sum(total) AS x", {"orders.total + x"}),
        ("coalesce(sum(total), 0) * 2 AS x", {"orders.total + x"}),
        ("public.group_concat(total) AS x", {"orders.total + x"}),
        ("json_agg(total) AS x", {"orders.total + x"}),
        ("count(*) AS x", set()),
        ("count(DISTINCT total) AS x", {"orders.total + x"}),
        ("array_agg(total ORDER BY placed) AS x", {"orders.total + x", "orders.placed sort x"}),
        ("sum(total) FILTER (WHERE placed > now()) AS x", {"orders.total + x", "orders.placed if x"}),
        (
            "CASE WHEN total > 5 THEN id ELSE customer END AS x",
            {"orders.total if x", "orders.id ~ x", "orders.customer ~ x"},
        ),
        ("CASE id WHEN 1 THEN total END AS x", {"orders.id if x", "orders.total ~ x"}),
        (
            "row_number() OVER (PARTITION BY customer ORDER BY placed) AS x",
            {"orders.customer window x", "orders.placed sort x"},
        ),
        ("lag(total) OVER (ORDER BY id) AS x", {"orders.total + x", "orders.id sort x"}),
        ("'total' AS x", set()),
        (
            "row_to_json(orders) AS x",
            {f"orders.{each} ~ x" for each in ("id", "customer", "total", "placed")},
        ),
        (
            "EXISTS (SELECT 1 FROM cities WHERE country = orders.customer) AS x",
            {"cities.country filter x", "orders.customer filter x"},
        ),
        (
            "(SELECT max(name) FROM customers c WHERE c.id = customer) AS x",
            {"customers.name + x", "customers.id filter x", "orders.customer filter x"},
        ),
        ("total AS x, total", {"orders.total = x", "orders.total = total"}),
    ],
)
def test_an_expression(expression, edges):
    assert direct(f"SELECT {expression} FROM orders") == edges


@pytest.mark.parametrize(
    ("sql", "edges"),
    [
        ("SELECT name FROM orders o JOIN customers c ON o.customer = c.id", {"customers.name = name"}),
        ("SELECT * FROM cities", {"cities.city = city", "cities.country = country"}),
        ("SELECT c.* FROM orders o, cities c", {"cities.city = city", "cities.country = country"}),
        ("SELECT cities.country FROM cities", {"cities.country = country"}),
        ("SELECT x.b FROM cities AS x (a, b)", {"cities.country = b"}),
        (
            "SELECT y FROM (SELECT city || country FROM cities) s (y)",
            {"cities.city ~ y", "cities.country ~ y"},
        ),
        ("SELECT n FROM (SELECT max(total) AS n FROM orders) s", {"orders.total + n"}),
        ("SELECT n + 1 AS n FROM (SELECT max(total) AS n FROM orders) s", {"orders.total + n"}),
        ("WITH c AS (SELECT city AS x FROM cities) SELECT x FROM c", {"cities.city = x"}),
        (
            "WITH c (x) AS (SELECT city FROM cities), d AS (SELECT * FROM c) SELECT * FROM d",
            {"cities.city = x"},
        ),
        (
            "SELECT city FROM cities UNION SELECT name FROM customers",
            {"cities.city = city", "customers.name = city"},
        ),
        (
            "SELECT city, id FROM customers JOIN cities USING (city)",
            {"customers.city = city", "cities.city = city", "customers.id = id"},
        ),
        (
            "SELECT * FROM cities NATURAL JOIN customers",
            {
                "cities.city = city",
                "customers.city = city",
                "cities.country = country",
                "customers.id = id",
                "customers.name = name",
            },
        ),
        ("SELECT v.b FROM (VALUES (1, (SELECT max(id) FROM orders))) v (a, b)", {"orders.id + b"}),
        ("SELECT t FROM customers, unnest(string_to_array(name, ' ')) AS u (t)", {"customers.name ~ t"}),
        ("SELECT g FROM customers, generate_series(1, id) AS g", {"customers.id ~ g"}),
        (
            "SELECT l.total FROM customers c, LATERAL (SELECT total FROM orders WHERE customer = c.id) l",
            {"orders.total = total"},
        ),
        ("SELECT x.total FROM (customers c JOIN orders o ON c.id = o.customer) x", {"orders.total = total"}),
        ("SELECT o.total FROM (customers c JOIN orders o ON c.id = o.customer)", {"orders.total = total"}),
        (
            "WITH RECURSIVE r (a, b) AS (TABLE cities UNION SELECT b, a FROM r) SELECT a FROM r",
            {"cities.city = a", "cities.country = a"},
        ),
        ('SELECT "Id" FROM "Orders"', {"Orders.Id = Id"}),
    ],
)
def test_a_query(sql, edges):
    assert direct(sql) == edges


@pytest.mark.parametrize(
    ("sql", "edges"),
    [
        ("SELECT 1 FROM orders WHERE total > 5", {"orders.total filter"}),
        (
            "SELECT 1 FROM orders o JOIN customers c ON o.customer = c.id",
            {"orders.customer join", "customers.id join"},
        ),
        ("SELECT 1 FROM customers JOIN cities USING (city)", {"customers.city join", "cities.city join"}),
        ("SELECT 1 FROM customers NATURAL JOIN cities", {"customers.city join", "cities.city join"}),
        ("SELECT city FROM cities GROUP BY city", {"cities.city group"}),
        ("SELECT city FROM cities GROUP BY 1", {"cities.city group"}),
        (
            "SELECT city AS x FROM cities GROUP BY ROLLUP (country), x",
            {"cities.country group", "cities.city group"},
        ),
        (
            "SELECT city FROM cities GROUP BY city HAVING max(country) > 'x'",
            {"cities.city group", "cities.country filter"},
        ),
        (
            "SELECT city || 'x' AS y FROM cities ORDER BY y DESC, country",
            {"cities.city sort", "cities.country sort"},
        ),
        ("SELECT DISTINCT ON (city) country FROM cities", {"cities.city group"}),
        ("SELECT DISTINCT city FROM cities", set()),
        ("SELECT x FROM (SELECT 1 AS x FROM orders WHERE total > 5) s", {"orders.total filter"}),
        (
            "SELECT 1 FROM orders WHERE customer IN (SELECT id FROM customers WHERE city = 'Ulm')",
            {"orders.customer filter", "customers.id filter", "customers.city filter"},
        ),
        ("WITH unused AS (SELECT 1 FROM orders WHERE id > 1) SELECT city FROM cities", set()),
        ("SELECT sum(1) OVER w FROM cities WINDOW w AS (PARTITION BY city)", {"cities.city window"}),
    ],
)
def test_what_chooses_the_rows(sql, edges):
    assert rows(sql) == edges


@pytest.mark.parametrize(
    ("sql", "edges"),
    [
        ("SELECT a, b + c AS d FROM t", {"t.a = a", "t.b ~ d", "t.c ~ d"}),
        ("SELECT * FROM t", {"t.* = *"}),
        ("SELECT a FROM (SELECT * FROM t) s", {"t.a = a"}),
        ("SELECT t.a, u.b FROM t, u", {"t.a = a", "u.b = b"}),
        ("SELECT city, x FROM cities, t", {"cities.city = city", "t.x = x"}),
        ("SELECT id FROM t JOIN u USING (id)", {"t.id = id", "u.id = id"}),
        ("SELECT * FROM t JOIN u USING (id)", {"t.id = id", "u.id = id", "t.* = *", "u.* = *"}),
        ("INSERT INTO target SELECT * FROM t", {"t.* = *"}),
    ],
)
def test_tables_that_are_not_known(sql, edges):
    assert direct(sql) == edges


def test_a_column_that_may_be_of_two_unknown_tables_is_a_warning_not_a_guess():
    edges, warnings = traced("SELECT a, t.b FROM t, u")

    assert edges == {"t.b = b"}
    assert warnings == ("“a” may belong to several tables whose columns are not known.",)


@pytest.mark.parametrize(
    ("dialect", "sql", "edges"),
    [
        ("snowflake", 'SELECT "a" AS x, x || \'!\' AS y FROM "t"', {"t.a = X", "t.a ~ Y"}),
        ("postgres", "SELECT a AS x, x || '!' AS y FROM t", {"t.a = x", "t.x ~ y"}),
        ("bigquery", "SELECT * EXCEPT (city) FROM cities", {"cities.country = country"}),
        ("bigquery", "SELECT address.street AS s FROM t", {"t.address ~ s"}),
        (
            "spark",
            "SELECT w FROM customers LATERAL VIEW explode(split(name, ' ')) e AS w",
            {"customers.name ~ w"},
        ),
        ("duckdb", "SELECT * FROM orders PIVOT (sum(total) FOR customer IN ('x', 'y'))", None),
    ],
)
def test_other_dialects(dialect, sql, edges):
    found = direct(sql, dialect=dialect)

    assert found == edges if edges is not None else found
