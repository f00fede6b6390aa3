"""SQLite files as sources: what is listed, and that nothing but reading goes on."""

import os
import sqlite3
from pathlib import Path

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import IndexFacts, TableRef
from catalog.connectors.protocol import Measure, Where
from catalog.connectors.registry import connect
from catalog.connectors.sqlite import connector as own
from tests.catalog.connectors.local_files import as_nobody, failure, sqlite_file

SHOP = """
    CREATE TABLE customers (id integer PRIMARY KEY, region int, code text, email text UNIQUE,
        spent decimal(10,2) NOT NULL DEFAULT (1+1), tax AS (spent * 2) STORED, note DEFAULT 'it''s',
        FOREIGN KEY (region, CODE) REFERENCES Regions,
        CONSTRAINT to_nowhere FOREIGN KEY (email) REFERENCES gone(x));
    CREATE TABLE regions (region int, code text, PRIMARY KEY (region, code)) WITHOUT ROWID;
    CREATE TABLE keyed (id int PRIMARY KEY, other int REFERENCES customers, one REFERENCES customers(id)) ;
    CREATE TABLE "odd ""na.me" ("we ird" text) STRICT;
    CREATE INDEX by_code ON customers (code DESC, lower(email)) WHERE spent > 0;
    CREATE UNIQUE INDEX by_note ON customers (note, id);
    CREATE VIEW rich AS SELECT id, spent + 1 AS more FROM Customers WHERE spent > 100;
    CREATE VIEW broken AS SELECT * FROM missing;
    CREATE VIRTUAL TABLE texts USING fts5(body, title);
    INSERT INTO customers (id, email, spent) VALUES (1, 'lena@x.io', 50), (2, 'Ben@x.io', 250), (3, NULL, 0);
    INSERT INTO texts VALUES ('a long story', 'one');
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    script = SHOP.replace('"we ird" varchar(10)) STRICT', '"we ird" text) STRICT')
    return sqlite_file(tmp_path / "my.shop.db", script)


@pytest.fixture
def shop(path):
    return connect("sqlite", {"path": str(path)}, "")


def customers(name: str = "customers") -> TableRef:
    return TableRef("my.shop", "", name)


def table(shop, name):
    return next(each for each in shop.snapshot().tables if each.name == name)


def test_the_file_is_a_database_and_names_are_those_of_lineage(shop, path):
    assert shop.namespace == f"sqlite://{path}"
    assert shop.dataset_name(customers()) == '"my.shop".customers'
    known = connect("sqlite", {"path": str(path), "authority": "/data/shop.db"}, "")
    assert known.namespace == "sqlite:///data/shop.db"


def test_tables_and_views_are_listed_without_what_is_internal(shop):
    steps = []

    found = shop.snapshot(lambda done, total, said: steps.append((done, total)))

    assert [(each.name, each.kind) for each in found.tables] == [
        ("broken", "view"),
        ("customers", "table"),
        ("keyed", "table"),
        ('odd "na.me', "table"),
        ("regions", "table"),
        ("rich", "view"),
        ("texts", "table"),
    ]
    assert found.scopes[0].proven
    assert found.server_version == sqlite3.sqlite_version
    assert steps[-1] == (4, 4)


def test_columns_have_their_declared_types_defaults_and_expressions(shop):
    found = table(shop, "customers")

    assert [(each.name, each.data_type, each.nullable, each.default) for each in found.columns] == [
        ("id", "INTEGER", False, None),
        ("region", "INT", True, None),
        ("code", "TEXT", True, None),
        ("email", "TEXT", True, None),
        ("spent", "decimal(10,2)", False, "1+1"),
        ("tax", "", True, "GENERATED ALWAYS AS (spent * 2)"),
        ("note", "", True, "'it''s'"),
    ]
    assert [each.position for each in found.columns] == list(range(1, 8))


def test_keys_and_indexes(shop):
    found = table(shop, "customers")

    assert found.primary_key == ("id",)
    assert found.unique == (("email",), ("note", "id"))
    named, composite = sorted(found.foreign_keys, key=lambda key: len(key.columns))
    assert (named.name, named.columns, named.target_table, named.target_columns) == (
        "to_nowhere",
        ("email",),
        "gone",
        ("x",),
    )
    assert (composite.columns, composite.target_table, composite.target_columns) == (
        ("region", "code"),
        "regions",
        ("region", "code"),
    )
    assert set(found.indexes) == {
        IndexFacts("by_code", ("code", "LOWER(email)"), False, "btree"),
        IndexFacts("by_note", ("note", "id"), True, "btree"),
    }


def test_a_primary_key_is_nullable_only_where_sqlite_lets_it_be(shop):
    assert [each.nullable for each in table(shop, "keyed").columns] == [True, True, True]
    assert [each.nullable for each in table(shop, "regions").columns] == [False, False]
    assert table(shop, "regions").primary_key == ("region", "code")
    assert table(shop, "regions").extra == {"without_rowid": True}
    assert [key.target_columns for key in table(shop, "keyed").foreign_keys] == [("id",), ("id",)]


def test_a_view_says_what_it_reads_and_a_broken_one_what_is_wrong(shop):
    rich, broken = table(shop, "rich"), table(shop, "broken")

    assert rich.depends_on == (customers(),)
    assert "spent > 100" in str(rich.view_sql)
    assert [each.name for each in rich.columns] == ["id", "more"]
    assert (broken.columns, broken.depends_on) == ((), ())
    assert "missing" in str(broken.extra["problem"])


def test_a_full_text_index_is_one_table_that_can_be_searched(shop):
    found = table(shop, "texts")

    assert [each.name for each in found.columns] == ["body", "title"]
    assert found.extra == {"virtual": True}
    assert shop.scalar("SELECT title FROM texts WHERE texts MATCH 'story'") == "one"


def test_rows_and_bytes_are_counted_in_small_files_and_estimated_in_large_ones(shop, path, monkeypatch):
    assert (table(shop, "customers").row_estimate, table(shop, "rich").row_estimate) == (3, None)
    assert table(shop, "customers").size_bytes in {None, 4 * 4096}  # with its indexes, where SQLite can tell
    monkeypatch.setattr(own, "COUNTED", 0)

    assert table(shop, "customers").row_estimate is None
    sqlite_file(path, "ANALYZE;")
    assert table(shop, "customers").row_estimate == 3


def test_patterns_choose_tables(path):
    some = connect("sqlite", {"path": str(path), "include": "c*\nr*", "exclude": ["rich"]}, "")

    assert [each.name for each in some.snapshot().tables] == ["customers", "regions"]
    assert not some.covers(TableRef("other", "", "customers"))


def test_only_what_is_asked_for_is_listed(shop):
    assert [each.name for each in shop.snapshot(only=[customers("rich")]).tables] == ["rich"]


def test_the_probe_differs_when_the_schema_or_the_rows_do(shop, path):
    before = shop.probe()

    assert (shop.probe(), list(before)) == (before, ["my.shop"])
    sqlite_file(path, "ALTER TABLE keyed ADD COLUMN more text")
    assert shop.probe() != before


def test_values_are_bound_and_compared_by_type(shop):
    at = customers()

    assert shop.count_where(at) == 3
    assert shop.count_where(at, [Where("id", "eq", "2")]) == 1
    assert shop.count_where(at, [Where("id", "eq", "lena")]) == 0
    assert shop.count_where(at, [Where("id", "in", [1, 2, 9])]) == 2
    assert shop.count_where(at, [Where("id", "in", [])]) == 0
    assert shop.count_where(at, [Where("email", "is_null")]) == 1
    assert shop.count_where(at, [Where("email", "matches", "^[a-z]+@x")]) == 1
    assert shop.count_where(at, [Where("spent", "gt", 40), Where("spent", "le", 250)]) == 2
    assert shop.count_where(at, [Where("email", "eq", "' OR 1=1 -- ")]) == 0
    assert shop.select(customers('odd "na.me'), ["we ird"]).values == ()
    with pytest.raises(ConnectorError, match="cannot be the name"):
        shop.select(at, ["a\x00"])


def test_measures_come_from_one_scan(shop):
    found = shop.aggregate(
        customers(),
        [
            Measure("rows", "count"),
            Measure("emails", "count_distinct", "email"),
            Measure("most", "max", "spent"),
            Measure("rich", "count", where=(Where("spent", "gt", 100),)),
            Measure("of rich", "sum", "spent", (Where("spent", "gt", 100),)),
        ],
    )

    assert found == {"rows": 3, "emails": 2, "most": 250, "rich": 1, "of rich": 250}


def test_statements_bind_names_and_are_capped(shop):
    found = shop.rows("SELECT id, ':no' AS t FROM customers WHERE id >= :least", {"least": 1}, limit=2)

    assert (found.values, found.truncated) == (((1, ":no"), (2, ":no")), True)
    assert len(shop.sample(customers(), ["id"], limit=2).values) == 2


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("DELETE FROM customers", "permission"),
        ("UPDATE sqlite_master SET sql = ''", "query"),
        ("CREATE TEMP TABLE mine (a)", "permission"),
        ("ATTACH '/etc/passwd' AS other", "permission"),
        ("SELECT load_extension('x')", "permission"),
        ("PRAGMA query_only = 0", "permission"),
        ("PRAGMA journal_mode = wal", "permission"),
        ("SELECT * FROM nowhere", "missing"),
        ("SELECT hat FROM customers", "missing"),
        ("SELEC 1", "query"),
        ("SELECT 1; DROP TABLE customers", "query"),
        ("SELECT zeroblob(900000000)", "query"),
        ("SELECT 'a' REGEXP '('", "query"),
        ("SELECT 'a' REGEXP '(a)\\1'", "query"),
    ],
)
def test_what_fails_is_told_apart_and_nothing_changes(shop, path, statement, kind):
    before = path.read_bytes()

    assert failure(shop, statement).kind == kind
    assert path.read_bytes() == before


def test_vacuum_cannot_write_a_copy(shop, tmp_path):
    failure(shop, f"VACUUM INTO '{tmp_path / 'copy.db'}'")

    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "SELECT 1 WHERE replace(hex(zeroblob(10000000)), '0', 'ab') REGEXP '(a|b|ab)*c'",
    ],
)
def test_a_slow_query_is_given_up(path, statement):
    impatient = connect("sqlite", {"path": str(path), "statement_timeout": 1}, "")

    assert failure(impatient, statement).kind == "timeout"


def test_a_file_in_use_is_read_beside_its_writer(shop, path):
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode = wal")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO customers (id) VALUES (4)")

    assert shop.count_where(customers()) == 3
    writer.execute("COMMIT")
    assert shop.count_where(customers()) == 4
    writer.close()


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda at: None, "unreachable"),
        (lambda at: at.mkdir(), "config"),
        (os.mkfifo, "unreachable"),
        (lambda at: at.write_text("id,name\n1,lena\n and more than sixteen letters"), "config"),
        (lambda at: at.write_bytes(b"SQLite format 3\x00" + b"x" * 5000), "config"),
    ],
)
def test_what_is_no_database_names_the_setting(tmp_path, make, kind):
    at = tmp_path / "some.db"
    make(at)

    with pytest.raises(ConnectorError) as refused:
        connect("sqlite", {"path": str(at)}, "").test()

    assert (refused.value.kind, refused.value.field) == (kind, "path")


def test_a_file_that_may_not_be_read_says_what_would_help(shop, path):
    with as_nobody(path), pytest.raises(ConnectorError, match="setfacl -m u:") as refused:
        shop.test()

    assert (refused.value.kind, refused.value.field) == ("permission", "path")


def test_the_file_answers(shop):
    found = shop.test()

    assert found.product == f"SQLite {sqlite3.sqlite_version}"
    assert found.databases == ("my.shop",)
    assert all(check.ok for check in found.checks)
