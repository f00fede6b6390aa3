"""MariaDB as a source: the same protocol, on a real server."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from catalog.assets.models import Asset, ForeignKey
from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.mysql import settings as own
from catalog.connectors.mysql.listing import Listing
from catalog.connectors.protocol import Measure, Where
from catalog.connectors.registry import connect, driver
from catalog.sources.services import save_source
from tests.catalog.connectors.mysql_server import MyScratch, my_scratch
from tests.catalog.scratch import harvest

TABLES = (
    """CREATE TABLE customers (id int PRIMARY KEY AUTO_INCREMENT, email varchar(100) NOT NULL UNIQUE,
         born date, balance decimal(10,2) DEFAULT 5.00 COMMENT 'in euro') COMMENT 'Who buys'""",
    """CREATE TABLE `odd ``name` (id int PRIMARY KEY, customer int NOT NULL, `weird "col%` varchar(20),
         CONSTRAINT to_customer FOREIGN KEY (customer) REFERENCES customers (id))""",
    "CREATE VIEW rich AS SELECT id, email FROM customers WHERE balance > 100",
    """INSERT INTO customers (id, email, born, balance) VALUES (1, 'lena@x.io', '1990-05-17', 50),
         (2, 'Ben@x.io', NULL, 250), (3, 'it''s\\\\me', '0000-00-00', 0)""",
    "INSERT INTO `odd ``name` VALUES (1, 1, 'a%b'), (2, 2, NULL)",
)


@pytest.fixture
def my() -> Iterator[MyScratch]:
    with my_scratch() as scratch:
        scratch.run("SET SESSION sql_mode = ''", *TABLES)
        yield scratch


@pytest.fixture
def opened(my):
    return connect("mysql", my.settings(), "")


def customers(my):
    return TableRef(my.name, "", "customers")


def test_the_server_says_who_it_is(opened, my):
    found = opened.test()

    assert "MariaDB" in found.product or "MySQL" in found.product
    assert my.name in found.databases
    assert "mysql" not in found.databases
    checks = {each.name: each for each in found.checks}
    assert "administrator" in checks["Have no more rights than needed"].message
    assert all(each.ok for each in found.checks if each.needed)
    assert checks[f"List and read all of “{my.name}”"].message == "3 tables and views."


def test_tables_views_columns_keys_and_comments_are_listed(opened, my):
    steps = []

    found = opened.snapshot(lambda done, total, said: steps.append((done, total)))

    by_name = {table.name: table for table in found.tables}
    assert list(by_name) == ["customers", "odd `name", "rich"]
    table = by_name["customers"]
    assert (table.kind, table.comment, table.schema) == ("table", "Who buys", "")
    assert [(each.name, each.data_type, each.nullable) for each in table.columns] == [
        ("id", "int(11)", False),
        ("email", "varchar(100)", False),
        ("born", "date", True),
        ("balance", "decimal(10,2)", True),
    ]
    assert [each.default for each in table.columns] == [None, None, None, "5.00"] or (
        [each.default for each in table.columns] == ["auto_increment", None, None, "5.00"]
    )
    assert table.columns[3].comment == "in euro"
    assert (table.primary_key, table.unique) == (("id",), (("email",),))
    key = by_name["odd `name"].foreign_keys[0]
    assert (key.name, key.columns, key.target_table, key.target_columns) == (
        "to_customer",
        ("customer",),
        "customers",
        ("id",),
    )
    view = by_name["rich"]
    assert (view.kind, view.comment, view.row_estimate) == ("view", "", None)
    assert "balance" in str(view.view_sql)
    assert view.depends_on == (customers(my),)
    assert steps[-1] == (5, 5)


def test_a_database_that_is_missing_is_said_beside_the_others(my):
    both = connect("mysql", my.settings(databases=[my.name, "nowhere_at_all"]), "")

    found = both.snapshot()

    assert [scope.complete for scope in found.scopes] == [True, False]
    assert found.scopes[1].error.kind == "unknown_database"
    with pytest.raises(ConnectorError):
        connect("mysql", my.settings(database="nowhere_at_all"), "").snapshot()


def test_only_what_is_covered_is_listed(my):
    some = connect("mysql", my.settings(include=[f"{my.name}.c*"]), "")

    assert [table.name for table in some.snapshot().tables] == ["customers"]
    assert some.namespace == "mysql://my.test:3306"
    assert some.dataset_name(customers(my)) == f"{my.name}.customers"


def test_values_are_bound_and_compared_as_what_they_are(opened, my):
    at = customers(my)

    assert opened.count_where(at) == 3
    assert opened.count_where(at, [Where("email", "eq", "it's\\me")]) == 1
    assert opened.count_where(at, [Where("id", "eq", "lena")]) == 0
    assert opened.count_where(at, [Where("id", "eq", "2")]) == 1
    assert opened.count_where(at, [Where("id", "in", [1, "2", "x"])]) == 2
    assert opened.count_where(at, [Where("id", "in", [])]) == 0
    assert opened.count_where(at, [Where("born", "is_null")]) == 1
    assert opened.count_where(at, [Where("email", "matches", "^[a-z]+@x")]) == 2
    assert opened.count_where(at, [Where("balance", "gt", 40), Where("balance", "le", "250")]) == 2
    assert opened.count_where(at, [Where("email", "eq", "' OR 1=1 -- ")]) == 0


def test_measures_come_from_one_scan(opened, my):
    found = opened.aggregate(
        customers(my),
        [
            Measure("rows", "count"),
            Measure("born", "count", "born"),
            Measure("emails", "count_distinct", "email"),
            Measure("most", "max", "balance"),
            Measure("rich", "count", where=(Where("balance", "gt", 100),)),
            Measure("of rich", "sum", "balance", (Where("balance", "gt", 100),)),
        ],
    )

    assert [int(found[key]) for key in ("rows", "emails", "most", "rich", "of rich")] == [3, 3, 250, 1, 250]


def test_odd_names_are_quoted(opened, my):
    odd = TableRef(my.name, "", "odd `name")

    found = opened.select(odd, ['weird "col%'], [Where("id", "eq", 1)])

    assert found.values == (("a%b",),)
    with pytest.raises(ConnectorError, match="cannot be the name"):
        opened.select(odd, ["a" * 65])


def test_statements_bind_names_and_are_capped(opened, my):
    found = opened.rows(
        "SELECT id, 'at 5%' AS t FROM customers WHERE id >= :least ORDER BY id", {"least": 1}, limit=2
    )

    assert found.columns == ("id", "t")
    assert (found.values, found.truncated) == (((1, "at 5%"), (2, "at 5%")), True)
    assert opened.scalar("SELECT count(*) FROM customers") == 3


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("DELETE FROM customers", "permission"),
        ("SELECT * FROM nowhere", "missing"),
        ("SELECT nothing FROM customers", "missing"),
        ("SELEC 1", "query"),
        ("SELECT 1; DROP TABLE customers", "query"),
    ],
)
def test_what_fails_is_told_apart(opened, my, statement, kind):
    with pytest.raises(ConnectorError) as failure:
        opened.rows(statement)

    assert failure.value.kind == kind
    assert my.ask("SELECT count(*) FROM customers") == [(3,)]


def test_a_slow_query_is_given_up(my):
    slow = connect("mysql", my.settings(statement_timeout=1), "")

    with pytest.raises(ConnectorError) as failure:
        slow.rows(
            f"SELECT count(*) FROM {', '.join(f'information_schema.columns AS {each}' for each in 'abc')}"
        )

    assert failure.value.kind == "timeout"


@pytest.mark.parametrize(
    ("changes", "secret", "kind", "field"),
    [
        ({"user": "nobody_here"}, "x", "auth", "password"),
        ({"database": "nowhere_at_all"}, "", "unknown_database", "database"),
        ({"port": 1}, "", "unreachable", "port"),
        ({"host": "no.such.host.test"}, "", "unreachable", "host"),
    ],
)
def test_a_connection_that_fails_names_the_setting(my, changes, secret, kind, field):
    with pytest.raises(ConnectorError) as failure:
        connect("mysql", my.settings(**changes), secret).test()

    assert (failure.value.kind, failure.value.field) == (kind, field)


def test_a_harvest_fills_the_catalog_and_marks_what_is_gone(my, db):
    source = save_source(actor="tests", name="Shop", kind="mysql", settings=my.settings(), secret="")

    job = harvest(source)

    assert job.state == "succeeded", job.message
    table = Asset.objects.get(name=f"{my.name}.customers")
    assert (table.namespace, table.kind) == ("mysql://my.test:3306", "table")
    assert table.parent.name == my.name
    assert (table.title, table.container) == ("customers", my.name)
    assert ForeignKey.objects.get().target == table
    assert list(table.fields.filter(is_key=True).values_list("name", flat=True)) == ["id"]
    my.run("DROP VIEW rich")
    harvest(source)
    harvest(source, thorough=True)
    assert Asset.objects.get(name=f"{my.name}.rich").removed_at is not None
    assert Asset.objects.present().filter(kind="table").count() == 2


def test_the_form_of_a_source_knows_the_kind(ana, signed_in):
    page = signed_in(ana).get(reverse("sources:add"), {"kind": "mysql"}).content.decode()

    assert "Usually 3306." in page


def test_without_the_driver_the_form_says_so(ana, signed_in, monkeypatch):
    monkeypatch.setattr(own, "DRIVER_NAME", "no_such_driver_of_mysql")
    given = {
        "name": "Shop",
        "host": "db",
        "port": 3306,
        "database": "shop",
        "user": "reader",
        "tls": "prefer",
    }

    answer = signed_in(ana).post(reverse("sources:add") + "?kind=mysql", given)

    assert answer.status_code == 400
    assert "no driver for MySQL" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"host": ""}, "host"), ({"port": 0}, "port"), ({"tls": "maybe"}, "tls"), ({"sslmode": "x"}, "sslmode")],
)
def test_settings_are_checked(change, field):
    known = {"host": "db", "database": "shop", "user": "reader"}

    assert list(driver("mysql").problems({**known, **change})) == [field]


def test_a_view_that_cannot_be_parsed_depends_on_nothing_known():
    assert Listing("shop").read_by("SELECT FROM WHERE (") == ()
    assert Listing("shop").read_by("with c as (select 1) select * from c join `o`.`t`") == (
        TableRef("o", "", "t"),
    )
