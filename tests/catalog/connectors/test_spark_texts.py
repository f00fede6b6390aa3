"""What is decided about Spark without a Spark: settings, statements, and the reading of its texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.registry import driver
from catalog.connectors.spark import settings as own
from catalog.connectors.spark.errors import told
from catalog.connectors.spark.listing import Described, Told, facts
from catalog.connectors.spark.settings import SparkSettings
from catalog.connectors.spark.statements import only_reading

TABLE = """Catalog: spark_catalog
Database: shop
Table: customers
Owner: ann
Created Time: Sat Nov 21 18:41:06 UTC 2026
Type: MANAGED
Provider: parquet
Comment: {comment}
Table Properties: [a=b]
Statistics: 7505 bytes, 2 rows
Location: file:/data/shop.db/customers
Serde Library: x
Partition Columns: [`day`, `a``b`]
Schema: root
 |-- id: long (nullable = false)
 |-- home: struct (nullable = true)
 |    |-- street: string (nullable = true)


"""
VIEW = """Catalog: spark_catalog
Database: shop
Table: rich
Owner: ann
Type: VIEW
View Text: SELECT id
FROM Customers JOIN elsewhere.t USING (id)
View Original Text: SELECT id
FROM Customers JOIN elsewhere.t USING (id)
View Catalog and Namespace: spark_catalog.shop
Schema: root
 |-- id: long (nullable = true)

"""
CONNECT = {"host": "spark.example.org"}


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """These tests need no pyspark: what is missing is a test of its own."""
    monkeypatch.setattr(own, "DRIVER_NAME", "json")
    monkeypatch.setattr(own, "SERVER_NAME", "json")
    monkeypatch.setenv("JAVA_HOME", "/usr")


def customers(comment="Who buys") -> Told:
    return Told("shop", "customers", TABLE.format(comment=comment))


def test_a_table_is_read_from_its_text():
    (found,) = facts([customers()], {})

    assert (found.owner, found.comment, found.kind) == ("ann", "Who buys", "table")
    assert (found.row_estimate, found.size_bytes) == (2, 7505)
    assert found.extra == {
        "type": "MANAGED",
        "provider": "parquet",
        "location": "file:/data/shop.db/customers",
        "partition_columns": ["day", "a`b"],
    }
    assert found.partial
    assert [(each.name, each.data_type, each.nullable) for each in found.columns] == [
        ("id", "bigint", False),
        ("home", "struct", True),
    ]


@given(st.sampled_from(["Owner", "Type", "Statistics", "Location", "Schema", "Provider"]), st.text())
def test_no_comment_passes_for_what_spark_says(name, text):
    (honest,) = facts([customers()], {})
    (spoofed,) = facts([customers(f"x\n{name}: {text}\n |-- y: int (nullable = true)")], {})

    assert (spoofed.owner, spoofed.kind, spoofed.row_estimate) == (honest.owner, honest.kind, 2)
    assert (spoofed.columns, spoofed.extra) == (honest.columns, honest.extra)


def test_the_analyzer_knows_types_and_the_catalogue_what_may_be_null():
    told_columns = [
        Described("id", "bigint", True, None, "number"),
        Described("home", "struct<street:string>", True),
    ]

    (found,) = facts([customers()], {customers().ref: told_columns})

    assert not found.partial
    assert [(each.data_type, each.nullable, each.comment) for each in found.columns] == [
        ("bigint", False, "number"),
        ("struct<street:string>", True, ""),
    ]


def test_a_view_reads_what_its_home_holds():
    rich = Told("shop", "rich", VIEW)

    found = facts([customers(), rich], {})[1]

    assert found.view_sql == "SELECT id\nFROM Customers JOIN elsewhere.t USING (id)"
    assert found.depends_on == (TableRef("spark_catalog", "shop", "customers"),)
    assert (found.kind, found.extra) == ("view", {"type": "VIEW"})


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO t SELECT 1",
        "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
        "FROM t INSERT OVERWRITE u SELECT *",
        "EXECUTE IMMEDIATE 'DROP TABLE t'",
        "BEGIN DROP TABLE t; END",
        "SELECT 1; DROP TABLE t",
        "SELECT TRANSFORM (a) USING 'sh' FROM t",
        "SELECT TRANSFORM (a) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' USING r'sh' FROM t",
        "SELECT MAP(a) USING 'sh' FROM t",
        "SELECT system.builtin.reflect('a', 'b')",
        "SELECT try_reflect\n/* */ ('a', 'b')",
        "CACHE TABLE t",
        "SELECT '",
        "",
    ],
)
def test_what_may_do_more_than_read_is_not_sent(query):
    with pytest.raises(ConnectorError) as refused:
        only_reading(query, 10)

    assert refused.value.kind in {"permission", "query"}


@pytest.mark.parametrize(
    ("query", "inner"),
    [
        ("SELECT a FROM t JOIN u USING (a) ;\n", "SELECT a FROM t JOIN u USING (a) "),
        ("SELECT 'a;b' -- ; c", "SELECT 'a;b' -- ; c"),
        ("VALUES (1), (2)", "VALUES (1), (2)"),
        ("SELECT `reflect` FROM t", "SELECT `reflect` FROM t"),
        ("SELECT transform(array(1), x -> x + :n)", "SELECT transform(array(1), x -> x + :n)"),
    ],
)
def test_a_query_is_sent_as_it_is_within_brackets(query, inner):
    assert only_reading(query, 10) == f"SELECT * FROM (\n{inner}\n) LIMIT 10"


def test_settings_of_both_kinds(tmp_path):
    local = {"mode": "local", "warehouse": str(tmp_path / "spark-warehouse")}
    problems = driver("spark").problems

    assert problems(CONNECT) == problems(local) == {}
    assert SparkSettings.parse(CONNECT).namespace == "spark://spark.example.org:15002"
    assert SparkSettings.parse(local).namespace == f"spark://{tmp_path}/spark-warehouse"
    assert SparkSettings.parse(local).metastore_folder == tmp_path / "metastore_db"
    assert SparkSettings.parse({**CONNECT, "namespace": "spark://prod"}).namespace == "spark://prod"


@pytest.mark.parametrize(
    ("given_settings", "field"),
    [
        ({}, "host"),
        ({"host": "sc://spark:15002"}, "host"),
        ({"host": "/tmp/socket"}, "host"),
        ({**CONNECT, "port": "x"}, "port"),
        ({**CONNECT, "tls": "maybe"}, "tls"),
        ({**CONNECT, "ca_file": "ca.pem"}, "ca_file"),
        ({**CONNECT, "token": "x"}, "token"),
        ({"mode": "cluster"}, "mode"),
        ({"mode": "local"}, "warehouse"),
        ({"mode": "local", "warehouse": "/etc/warehouse"}, "warehouse"),
        ({"mode": "local", "warehouse": "/data/w", "metastore": "/proc/self"}, "metastore"),
    ],
)
def test_a_wrong_setting_is_named(given_settings, field):
    assert list(driver("spark").problems(given_settings)) == [field]


def test_what_is_not_installed_is_said(monkeypatch, tmp_path):
    local = {"mode": "local", "warehouse": str(tmp_path)}
    problems = driver("spark").problems

    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", "")
    assert "Java 17" in problems(local)["kind"]
    monkeypatch.setattr(own, "SERVER_NAME", "no_such_library")
    assert "only a client" in problems(local)["kind"]
    assert problems(CONNECT) == {}
    monkeypatch.setattr(own, "DRIVER_NAME", "no_such_library")
    assert ".[spark]" in problems(CONNECT)["kind"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("[TABLE_OR_VIEW_NOT_FOUND] The table `x`", "missing"),
        ("[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column", "missing"),
        ("StatusCode.PERMISSION_DENIED: no", "permission"),
        ("[INSUFFICIENT_PERMISSIONS] no", "permission"),
        ("StatusCode.UNAVAILABLE", "unreachable"),
        ("[CAST_INVALID_INPUT] The value 'lena' of the type", "query"),
        ("anything 'lena'", "query"),
    ],
)
def test_sparks_own_words_stay_with_us(words, kind):
    found = told(ValueError(words), SparkSettings.parse(CONNECT))

    assert found.kind == kind
    assert "lena" not in found.message
    assert told(ValueError(words), SparkSettings.parse(CONNECT), late=True).kind == "timeout"
