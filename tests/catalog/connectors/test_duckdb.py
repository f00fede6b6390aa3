"""DuckDB files as sources: what is listed, and that a query can do nothing but read this one file."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from catalog.connectors.duckdb import engine
from catalog.connectors.duckdb import settings as own
from catalog.connectors.duckdb.listing import parts_of
from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import IndexFacts, TableRef
from catalog.connectors.protocol import Measure, Where
from catalog.connectors.registry import connect, driver
from tests.catalog.connectors.local_files import failure

SHOP = (
    "CREATE SCHEMA sales",
    """CREATE TABLE customers (id int PRIMARY KEY, email varchar DEFAULT 'none' NOT NULL, code int UNIQUE,
         twice int GENERATED ALWAYS AS (id * 2),
         home struct(street varchar, rooms int[]), seen timestamptz)""",
    """CREATE TABLE sales.orders (id int, line int, amount decimal(10,2), PRIMARY KEY (id, line))""",
    "CREATE TABLE lines (customer int REFERENCES customers (id), n int)",
    "CREATE INDEX by_email ON customers (email)",
    "CREATE UNIQUE INDEX by_small ON customers (lower(email))",
    "CREATE VIEW rich AS SELECT c.id, o.amount FROM customers c JOIN sales.orders o USING (id)",
    "CREATE VIEW sales.all_rich AS SELECT * FROM shop.main.rich",
    "CREATE VIEW outside AS SELECT * FROM read_text('{outside}')",
    "COMMENT ON TABLE customers IS 'Who buys'",
    "COMMENT ON COLUMN customers.email IS 'for letters'",
    """INSERT INTO customers (id, email, code, seen) VALUES (1, 'lena@x.io', 1, '2026-01-01 00:00:00+00'),
         (2, 'Ben@x.io', 2, NULL), (3, 'it''s', NULL, NULL), (4, 'gone', 4, NULL)""",
    "DELETE FROM customers WHERE id = 4",
    "INSERT INTO sales.orders VALUES (1, 1, 50), (2, 1, 250)",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    outside = tmp_path / "outside.txt"
    outside.write_text("secret of the house")
    made = tmp_path / "shop.duckdb"
    with duckdb.connect(str(made)) as connection:
        for statement in SHOP:
            connection.execute(statement.replace("{outside}", str(outside)))
    return made


@pytest.fixture
def shop(path):
    return connect("duckdb", {"path": str(path)}, "")


CUSTOMERS = TableRef("shop", "main", "customers")


def table(shop, name):
    return next(each for each in shop.snapshot().tables if each.name == name)


def test_names_are_those_of_dbt(shop, path):
    assert shop.namespace == f"duckdb://{path}"
    assert shop.dataset_name(CUSTOMERS) == "shop.main.customers"


def test_tables_views_and_schemas_are_listed(shop):
    steps = []

    found = shop.snapshot(lambda done, total, said: steps.append((done, total)))

    assert [(each.schema, each.name, each.kind) for each in found.tables] == [
        ("main", "customers", "table"),
        ("main", "lines", "table"),
        ("main", "outside", "view"),
        ("main", "rich", "view"),
        ("sales", "all_rich", "view"),
        ("sales", "orders", "table"),
    ]
    assert [each.name for each in found.schemas] == ["main", "sales"]
    assert found.scopes[0].proven
    assert steps[-1] == (5, 5)


def test_columns_types_defaults_and_comments(shop):
    found = table(shop, "customers")

    assert found.comment == "Who buys"
    assert [
        (each.name, each.data_type, each.nullable, each.default, each.comment) for each in found.columns
    ] == [
        ("id", "INTEGER", False, None, ""),
        ("email", "VARCHAR", False, "'none'", "for letters"),
        ("code", "INTEGER", True, None, ""),
        ("twice", "INTEGER", True, "CAST((id * 2) AS INTEGER)", ""),
        ("home", "STRUCT(street VARCHAR, rooms INTEGER[])", True, None, ""),
        ("seen", "TIMESTAMP WITH TIME ZONE", True, None, ""),
    ]
    assert found.row_estimate == 3  # DuckDB's own estimate still counts the deleted one


def test_keys_and_indexes(shop):
    customers, lines, orders = (table(shop, name) for name in ("customers", "lines", "orders"))

    assert (customers.primary_key, customers.unique) == (("id",), (("code",),))
    assert orders.primary_key == ("id", "line")
    key = lines.foreign_keys[0]
    assert (key.columns, key.target_schema, key.target_table, key.target_columns) == (
        ("customer",),
        "main",
        "customers",
        ("id",),
    )
    assert customers.indexes == (
        IndexFacts("by_email", ("email",), False, "art"),
        IndexFacts("by_small", ("lower(email)",), True, "art"),
    )


def test_a_view_says_what_it_reads(shop):
    assert table(shop, "rich").depends_on == (CUSTOMERS, TableRef("shop", "sales", "orders"))
    assert table(shop, "all_rich").depends_on == (TableRef("shop", "main", "rich"),)
    assert [each.name for each in table(shop, "rich").columns] == ["id", "amount"]


def test_patterns_choose_schemas_and_tables(path):
    some = connect("duckdb", {"path": str(path), "include": ["sales"], "exclude": ["sales.all_*"]}, "")

    assert [each.name for each in some.snapshot().tables] == ["orders"]


def test_values_are_bound_and_read_as_the_column_is(shop):
    assert shop.count_where(CUSTOMERS) == 3
    assert shop.count_where(CUSTOMERS, [Where("id", "eq", "2")]) == 1
    assert shop.count_where(CUSTOMERS, [Where("id", "in", [1, "2", 9])]) == 2
    assert shop.count_where(CUSTOMERS, [Where("code", "is_null")]) == 1
    assert shop.count_where(CUSTOMERS, [Where("email", "matches", "^[a-z]+@x")]) == 1
    assert shop.count_where(CUSTOMERS, [Where("id", "matches", "[23]")]) == 2
    assert shop.count_where(CUSTOMERS, [Where("seen", "ge", "2026-01-01 00:00:00+00")]) == 1
    assert shop.count_where(CUSTOMERS, [Where("email", "eq", "' OR 1=1 -- ")]) == 0
    with pytest.raises(ConnectorError) as refused:
        shop.count_where(CUSTOMERS, [Where("id", "eq", "lena")])
    assert "lena" not in refused.value.message


def test_measures_come_from_one_scan(shop):
    orders = TableRef("shop", "sales", "orders")
    measures = [
        Measure("rows", "count"),
        Measure("most", "max", "amount"),
        Measure("rich", "count", where=(Where("amount", "gt", 100),)),
        Measure("ids", "count_distinct", "id"),
    ]

    assert shop.aggregate(orders, measures) == {"rows": 2, "most": 250, "rich": 1, "ids": 2}


def test_statements_bind_names_and_are_capped(shop):
    found = shop.rows(
        "SELECT id, ':no %' AS t FROM customers WHERE id >= :least ORDER BY id", {"least": 1}, limit=2
    )

    assert (found.values, found.truncated) == (((1, ":no %"), (2, ":no %")), True)
    assert shop.scalar("SELECT seen FROM customers WHERE id = 1").isoformat() == "2026-01-01T00:00:00+00:00"
    assert len(shop.sample(CUSTOMERS, ["id", "home"], limit=2).values) == 2


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("DELETE FROM customers", "permission"),
        ("COPY customers TO '{folder}/copy.csv'", "permission"),
        ("EXPLAIN ANALYZE COPY customers TO '{folder}/copy.csv'", "permission"),
        ("ATTACH '{folder}/copy.duckdb'", "permission"),
        ("CREATE TABLE memory.main.mine (i int)", "permission"),
        ("SET threads = 9", "permission"),
        ("INSTALL httpfs", "permission"),
        ("SELECT 1; SELECT 2", "permission"),
        (
            "SELECT * FROM enable_logging(storage => 'file', storage_config => {{'path': '{folder}/log'}})",
            "permission",
        ),
        ("SELECT * FROM query('SELECT * FROM enable_logging()')", "permission"),
        ("SELECT * FROM read_text('{folder}/outside.txt')", "permission"),
        ("SELECT * FROM '{folder}/outside.txt'", "permission"),
        ("SELECT * FROM glob('{folder}/*')", "permission"),
        ("SELECT * FROM outside", "permission"),
        ("SELECT * FROM nowhere", "missing"),
        ("SELECT hat FROM customers", "missing"),
        ("SELEC 1", "query"),
        ("SELECT email::int FROM customers", "query"),
    ],
)
def test_what_fails_is_told_apart_and_nothing_changes(shop, path, statement, kind):
    before = sorted(each.name for each in path.parent.iterdir())

    refused = failure(shop, statement.format(folder=path.parent) if "{" in statement else statement)

    assert refused.kind in ({kind, "missing"} if "FROM '" in statement else {kind})
    assert "@x.io" not in refused.message
    assert sorted(each.name for each in path.parent.iterdir()) == before


@pytest.mark.parametrize(
    "query", ["SELECT count(*) FROM range(100000000000)", "SELECT list(range) FROM range(10000000000)"]
)
def test_a_slow_query_is_given_up(path, query):
    impatient = connect("duckdb", {"path": str(path), "statement_timeout": 1}, "")

    assert failure(impatient, query).kind in {"timeout", "query"}  # out of time, or of memory before


def test_a_query_may_not_use_more_memory_than_is_allowed(path):
    small = connect("duckdb", {"path": str(path), "memory": 64}, "")

    assert "64 megabytes" in failure(small, "SELECT list(range) FROM range(100000000)").message


def test_two_can_read_at_once(shop, path):
    other = connect("duckdb", {"path": str(path), "memory": 100}, "")

    with shop._session.reading() as first, other._session.reading() as second:
        counts = [each.exec_driver_sql("SELECT count(*) FROM customers").scalar() for each in (first, second)]

    assert counts == [3, 3]


def test_a_file_that_is_being_written_says_who_holds_it(shop, path):
    script = f"import duckdb; c = duckdb.connect({str(path)!r}); print('open', flush=True); input()"
    writer = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert writer.stdout.readline() == "open\n"
        with pytest.raises(ConnectorError, match=f"open for writing in process {writer.pid}") as refused:
            shop.snapshot()
    finally:
        writer.communicate("\n")
    assert (refused.value.kind, refused.value.field) == ("unreachable", "path")
    assert shop.test().product.startswith("DuckDB v")


def test_the_probe_differs_when_something_was_written(shop, path):
    before = shop.probe()

    assert shop.probe() == before
    with duckdb.connect(str(path)) as writer:
        writer.execute("ALTER TABLE lines ADD COLUMN more int")
    assert shop.probe() != before


@pytest.mark.parametrize(
    "content", [None, b"id,name\n1,lena and so on", b"\0" * 8 + b"DUCK" + b"\xff" * 8000]
)
def test_what_is_no_database_names_the_setting(tmp_path, content):
    at = tmp_path / "some.duckdb"
    if content:
        at.write_bytes(content)

    with pytest.raises(ConnectorError) as refused:
        connect("duckdb", {"path": str(at)}, "").test()

    assert refused.value.field == "path"


def test_settings_are_checked(tmp_path, monkeypatch):
    good = {"path": str(tmp_path / "a.duckdb")}

    assert driver("duckdb").problems(good) == {}
    assert list(driver("duckdb").problems({**good, "memory": 1})) == ["memory"]
    assert list(driver("duckdb").problems({"path": "a"})) == ["path"]
    monkeypatch.setattr(own, "DRIVER_NAME", "no_such_library")
    assert "'.[duckdb]'" in driver("duckdb").problems(good)["kind"]


def test_what_a_select_names_is_read_by_duckdbs_own_parser():
    connection = duckdb.connect()
    query = """WITH q AS (SELECT * FROM "a.csv") SELECT f(x) FROM q JOIN s.t USING (i)
               WHERE i IN (SELECT i FROM d.s.u) AND n = $n"""

    found = engine.reads(connection, query)

    assert found.tables == {("", "", "a.csv"), ("", "", "q"), ("", "s", "t"), ("d", "s", "u")}
    assert "f" in found.functions
    assert engine.reads(connection, "SELEC 1") == engine.Reads()


def test_parts_of_an_index_are_taken_apart():
    assert list(parts_of("[x]")) == ["x"]
    assert list(parts_of("['(lower(x))', b, 'substr(a, 1, 2)']")) == ["lower(x)", "b", "substr(a, 1, 2)"]
