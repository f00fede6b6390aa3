"""Spark, through a real server of Spark Connect and from its folders, beside what Spark itself says."""

import logging
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import takewhile

import pytest

from catalog.assets.models import Asset
from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Capability, Measure, Where
from catalog.connectors.registry import connect
from catalog.sources.services import save_source
from tests.catalog.connectors.spark_server import CUSTOMERS, PATIENT, SparkServer, by_name, spark_server
from tests.catalog.connectors.tls_front import certified, tls_before
from tests.catalog.scratch import harvest
from tests.plugins.services import free_port


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with spark_server(tmp_path_factory.mktemp("spark")) as made:
        yield made


@pytest.fixture(scope="module", params=["there", "here"])
def spark(request, server: SparkServer):
    """The same tables through the network, and from a copy of the metastore while the server still writes."""
    yield getattr(server, request.param)()
    if request.param == "here":
        from catalog.connectors.spark import server as local

        local.end_all()


@pytest.fixture(scope="module")
def snapshot(spark):
    return spark.snapshot()


def failure(spark, query, **params) -> ConnectorError:
    with pytest.raises(ConnectorError) as refused:
        spark.rows(query, params or None)
    return refused.value


def test_everything_is_listed_as_spark_describes_it(server, snapshot):
    names = [row[1] for row in server.ask("SHOW TABLES IN shop")[0]]
    readable = [name for name in names if name != "broken"]
    described = server.ask(*(f"DESCRIBE TABLE shop.{name}" for name in readable))
    expected = {
        name: [
            (column, kind, "" if comment == "None" else comment)
            for column, kind, comment in takewhile(lambda row: row[0] and row[0][0] != "#", rows)
        ]
        for name, rows in zip(readable, described, strict=True)
    }
    found = by_name(snapshot)

    assert sorted(found) == sorted(names)
    assert {
        name: [(each.name, each.data_type, each.comment) for each in found[name].columns] for name in readable
    } == expected
    assert [(each.name, each.comment) for each in snapshot.schemas] == [
        ("default", "Default Hive database"),
        ("empty", ""),
        ("shop", "What we sell"),
    ]
    assert snapshot.server_version == server.ask("SELECT version()")[0][0][0].split()[0]


def test_a_table_tells_how_it_is_stored_and_how_big_it_was(server, snapshot):
    customers, events, old = (by_name(snapshot)[name] for name in ("customers", "events", "old"))
    (said,) = server.ask("DESCRIBE TABLE EXTENDED shop.customers")
    detail = {row[0]: row[1] for row in said}

    assert f"{customers.size_bytes} bytes, {customers.row_estimate} rows" == detail["Statistics"]
    assert customers.owner == detail["Owner"] != "mallory"
    assert customers.comment == "Who buys\nOwner: mallory\n |-- fake: int (nullable = true)"
    assert [each.default for each in customers.columns if each.name == "spent"] == ["5"]
    assert customers.extra == {"type": "MANAGED", "provider": "parquet", "location": detail["Location"]}
    assert events.extra["partition_columns"] == ["day", "kind"]
    assert (events.row_estimate, events.primary_key, events.foreign_keys) == (None, (), ())
    assert old.extra["provider"] == "hive"


def test_views_say_their_sql_and_what_they_read(snapshot):
    rich, richer = by_name(snapshot)["rich"], by_name(snapshot)["richer"]

    assert (rich.kind, rich.comment) == ("view", "a view")
    assert rich.view_sql == "SELECT id, name FROM shop.customers WHERE spent > 10"
    assert rich.depends_on == (CUSTOMERS,)
    assert [each.name for each in richer.depends_on] == ["events", "rich"]


def test_a_view_of_what_is_gone_is_listed_with_what_is_still_known(snapshot):
    broken = by_name(snapshot)["broken"]

    assert broken.partial
    assert [(each.name, each.data_type) for each in broken.columns] == [("i", "int")]
    assert [each.name for each in snapshot.tables if each.partial] == ["broken"]


def test_values_are_bound_and_rows_come_as_what_they_are(spark):
    found = spark.rows("SELECT * FROM shop.customers WHERE id = :id; -- one", {"id": 1}).records()[0]

    assert found["born"] == date(1990, 1, 2)
    assert (found["spent"], found["code"]) == (Decimal("50.00"), "abc")
    assert found["home"] == {"street": "s", "rooms": [1, 2]}
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    assert (found["seen"], found["wall"]) == (new_year, new_year.replace(tzinfo=None))
    assert spark.rows("SELECT id AS a, ':no' AS a FROM shop.customers ORDER BY id", limit=2).values == (
        (1, ":no"),
        (2, ":no"),
    )
    assert spark.rows("SELECT id FROM shop.customers", limit=2).truncated
    assert spark.scalar("SELECT name FROM shop.customers WHERE name = :n", {"n": ":id"}) == ":id"
    assert spark.scalar("SELECT name FROM shop.customers WHERE name = :n", {"n": "' OR true --"}) is None
    assert spark.scalar("SELECT id FROM shop.rich ORDER BY id DESC") == 2


def test_conditions_and_measures_are_worked_out_in_spark(spark):
    def count(*where: Where) -> int:
        return spark.count_where(CUSTOMERS, where)

    assert count() == 3
    assert count(Where("id", "eq", "2"), Where("name", "matches", "^B")) == 1
    assert count(Where("id", "in", [1, 2, 9])) == 2
    assert count(Where("id", "in", [])) == 0
    assert count(Where("born", "lt", "2000-01-01")) == 1
    assert count(Where("code", "is_null")) == 2
    measures = [
        Measure("rows", "count"),
        Measure("names", "count_distinct", "name"),
        Measure("all", "sum", "spent"),
        Measure("rich", "count", where=(Where("spent", "gt", 100),)),
    ]
    assert spark.aggregate(CUSTOMERS, measures) == {"rows": 3, "names": 3, "all": Decimal(300), "rich": 1}
    odd = TableRef("spark_catalog", "shop", "odd")
    assert spark.select(odd, ["a b", "c`d"]).values == ()
    assert len(spark.sample(CUSTOMERS, ["name"], limit=2).values) == 2


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("DELETE FROM shop.customers", "permission"),
        ("WITH a AS (SELECT 1) INSERT INTO shop.odd SELECT 1, null", "permission"),
        ("SELECT 1) UNION SELECT * FROM (SELECT 2", "query"),
        ("SET spark.sql.runSQLOnFiles = true", "permission"),
        ("SELECT * FROM csv.`/etc/hostname`", "missing"),
        ("SELECT TRANSFORM (id) USING 'cat' AS (a) FROM shop.customers", "permission"),
        ('SELECT TRANSFORM (id) USING/* */"cat" AS (a) FROM shop.customers', "permission"),
        ("SELECT reflect('java.lang.System', 'getenv', 'HOME')", "permission"),
        ("SELECT `Java_Method` ('java.lang.System', 'getenv', 'HOME')", "permission"),
        ("SELECT IDENTIFIER('reflect')('java.lang.System', 'getenv', 'HOME')", "query"),
        ("SELECT hat FROM shop.customers", "missing"),
        ("SELECT * FROM shop.nowhere", "missing"),
        ("SELECT CAST(name AS INT) FROM shop.customers", "query"),
        ("SELECT raise_error(name) FROM shop.customers", "query"),
    ],
)
def test_what_fails_is_told_apart_without_values(spark, caplog, capfd, query, kind):
    refused = failure(spark, query)

    assert refused.kind == kind
    for words in (refused.message, caplog.text, "".join(capfd.readouterr())):
        assert "lena" not in words


def test_it_only_says_what_it_can(server):
    assert not {Capability.CONSTRAINTS, Capability.PROBE} & server.there().capabilities
    assert Capability.PROBE in server.here().capabilities
    assert server.there().probe() == {}
    with pytest.raises(ConnectorError, match="no catalogue “hive”"):
        server.there().rows("SELECT 1", database="hive")


def test_absence_means_removal_only_where_nothing_is_kept_back(server):
    def scope(connector):
        return connector.snapshot(only=[CUSTOMERS]).scopes[0]

    assert "may see" in scope(server.there()).unproven
    assert scope(server.there(complete="yes")).proven
    assert scope(server.here()).proven


def test_a_test_says_who_answered(server):
    facts = server.there().test()

    assert facts.product == f"Spark {server.ask('SELECT version()')[0][0][0].split()[0]}"
    assert [(each.name, each.ok, each.needed) for each in facts.checks] == [
        ("connect", True, True),
        ("databases", True, True),
        ("complete", False, False),
    ]


def test_a_local_spark_reads_nothing_that_is_closed_to_sources(server):
    assert failure(server.here(), "SELECT line FROM shop.outside").kind == "config"


def test_the_folders_are_only_read_and_a_change_shows_in_the_probe(server):
    here = server.here()
    before = here.probe()
    files = sorted(str(each) for each in server.folder.rglob("*"))

    assert here.scalar("SELECT count(*) FROM shop.customers") == 3
    assert here.probe() == before
    assert sorted(str(each) for each in server.folder.rglob("*")) == files
    server.ask("CREATE TABLE empty.fresh (i INT) USING parquet")
    assert here.probe() != before
    fresh = TableRef("spark_catalog", "empty", "fresh")
    assert [each.ref for each in here.snapshot(only=[fresh]).tables] == [fresh]
    server.ask("DROP TABLE empty.fresh")


@pytest.mark.django_db
def test_a_local_spark_is_harvested_and_a_second_time_nothing_changes(server):
    settings = {**PATIENT, "mode": "local", "warehouse": server.warehouse, "exclude": ["shop.broken"]}
    source = save_source(actor="tests", name="spark", kind="spark", settings=settings)

    first, second = harvest(source), harvest(source)

    assert (first.state, second.message) == ("succeeded", "Nothing changed at the source.")
    found = Asset.objects.present().filter(namespace=f"spark://{server.folder}/warehouse")
    assert sorted(found.filter(kind__in=["table", "view"]).values_list("name", flat=True)) == sorted(
        f"spark_catalog.shop.{row[1]}" for row in server.ask("SHOW TABLES IN shop")[0] if row[1] != "broken"
    )
    assert found.get(name="spark_catalog.shop.customers").row_estimate == 3


def test_a_slow_query_is_ended_in_spark(server):
    slow = "SELECT count(*) FROM range(100000000000) a JOIN range(1000000) b ON hash(a.id, b.id) = 1"
    found = []

    def ask():
        found.append(failure(server.there(statement_timeout=5), slow))

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join(300)

    assert [each.kind for each in found] == ["timeout"]
    assert server.there().scalar("SELECT 1") == 1


def test_calls_at_once_do_not_disturb_each_other(server):
    found = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(server.there().scalar(f"SELECT {n}")))
        for n in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(300)

    assert sorted(found) == [0, 1, 2, 3]


def test_what_does_not_answer_names_the_setting(server, listening, caplog):
    caplog.set_level(logging.DEBUG)

    def refused(token, **settings):
        with pytest.raises(ConnectorError) as caught:
            given = {"host": "localhost", "port": server.port, "connect_timeout": 60, **settings}
            connect("spark", given, token).test()
        return caught.value.kind, caught.value.field

    assert refused("wrong-hunter2") == ("auth", "password")
    assert refused("") == ("auth", "password")
    assert refused("", port=free_port()) == ("unreachable", "port")
    assert refused("", port=listening(b"no HTTP/2"), connect_timeout=5) == ("unreachable", "tls")
    assert refused(server.token, tls="on", connect_timeout=5) == ("unreachable", "tls")
    assert refused("hunter2", host="no-such-host.invalid")[0] == "config"  # no token without encryption
    assert refused("", host="no-such-host.invalid") == ("unreachable", "host")
    assert "hunter2" not in caplog.text
    assert server.token not in repr(server.there().__dict__)


def test_a_token_goes_through_encryption(server, tmp_path):
    certificate = certified(tmp_path)
    with tls_before(server.port, certificate) as port:
        believed = server.there(port=port, tls="on", ca_file=str(certificate))
        unknown = server.there(port=port, tls="on", connect_timeout=5)

        assert believed.scalar("SELECT 1") == 1
        with pytest.raises(ConnectorError) as refused:
            unknown.scalar("SELECT 1")

    assert (refused.value.kind, refused.value.field) == ("unreachable", "tls")
    missing = server.there(tls="on", ca_file=str(tmp_path / "none.pem"))
    with pytest.raises(ConnectorError, match="cannot be read"):
        missing.scalar("SELECT 1")
