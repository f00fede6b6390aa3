"""What an account of MySQL or MariaDB may see: absence is proven, changes show, names stay what they are."""

from collections.abc import Iterator

import pytest

from catalog.connectors.metadata import ColumnFacts, ForeignKeyFacts, IndexFacts, TableRef
from catalog.connectors.mysql.privileges import granted, like, pattern_of
from catalog.connectors.registry import connect
from tests.catalog.connectors.mysql_server import MyScratch, my_scratch

SHOP = (
    "CREATE TABLE city (id int PRIMARY KEY, name varchar(50), code varchar(9) UNIQUE) COMMENT 'Where'",
    """CREATE TABLE person (id int PRIMARY KEY, name varchar(40) DEFAULT 'x' COMMENT 'Full', city int, n int,
         twice int AS (n * 2) STORED, KEY by_name (name, n), FULLTEXT KEY words (name),
         CONSTRAINT lives FOREIGN KEY (city) REFERENCES city (id))""",
    "CREATE VIEW seen AS SELECT id FROM city",
    "INSERT INTO city VALUES (1, 'Ulm', 'u')",
)


@pytest.fixture
def my() -> Iterator[MyScratch]:
    with my_scratch() as scratch:
        scratch.run(*SHOP)
        yield scratch


@pytest.fixture
def opened(my):
    return connect("mysql", my.settings(), "")


def as_account(my, account):
    return connect("mysql", my.settings(user=account), "pw")


def test_indexes_generated_columns_and_last_change_are_told(opened, my):
    city, person, _ = opened.snapshot().tables

    assert person.indexes == (
        IndexFacts("by_name", ("name", "n"), False, "btree"),
        IndexFacts("lives", ("city",), False, "btree"),
        IndexFacts("words", ("name",), False, "fulltext"),
    )
    assert person.columns[4].default == "GENERATED ALWAYS AS (`n` * 2) STORED"
    now = my.ask("SELECT UNIX_TIMESTAMP()")[0][0]
    assert abs(city.modified_at.timestamp() - float(now)) < 600
    assert (city.comment, person.columns[1].comment) == ("Where", "Full")


def test_some_relations_alone_are_told_as_in_the_whole(opened, my):
    whole = {each.ref: each for each in opened.snapshot().tables}

    for ref in whole:
        assert opened.snapshot(only=[ref]).tables == (whole[ref],)
    assert opened.snapshot(only=set(whole)).tables == tuple(whole.values())
    assert opened.snapshot(only=[TableRef(my.name, "", "CITY")]).tables == ()


@pytest.mark.parametrize(
    ("grants", "proven"),
    [
        ((), False),
        (("GRANT SELECT ON {name}.city TO {who}",), False),
        (("GRANT SELECT (id) ON {name}.city TO {who}",), False),
        (("GRANT SELECT ON {name}.* TO {who}",), True),
        (("GRANT SELECT ON {escaped}.* TO {who}",), True),
        (("GRANT INSERT ON {name}.* TO {who}",), False),
        (("GRANT SELECT ON *.* TO {who}",), True),
        (("GRANT SELECT ON `shop%`.* TO {who}",), True),
        (("GRANT SELECT ON `shop%`.* TO {who}", "GRANT INSERT ON {escaped}.* TO {who}"), False),
        (("GRANT SELECT ON `other%`.* TO {who}", "GRANT SELECT ON {name}.city TO {who}"), False),
    ],
)
def test_absence_is_proven_only_where_nothing_can_be_hidden(my, grants, proven):
    account = my.account("reader")
    named = {"name": my.name, "escaped": pattern_of(my.name), "who": f"'{account}'@'%'"}
    my.run(*(each.format(**named) for each in grants or ("GRANT SELECT ON {name}.person TO {who}",)))

    (scope,) = as_account(my, account).snapshot().scopes

    assert scope.complete
    assert scope.proven is proven
    if not proven:
        assert scope.unproven.endswith(f"GRANT SELECT, SHOW VIEW ON {named['escaped']}.* TO '{account}'@'%';")


def test_what_a_role_gives_counts_when_the_role_is_switched_on(my):
    account, role = my.account("reader"), my.role("readers")
    my.run(
        f"CREATE ROLE {role}",
        f"GRANT SELECT ON {pattern_of(my.name)}.* TO {role}",
        f"GRANT {role} TO '{account}'@'%'",
        f"GRANT SELECT ON {my.name}.city TO '{account}'@'%'",
    )
    off = as_account(my, account).snapshot()
    my.run(f"SET DEFAULT ROLE {role} FOR '{account}'@'%'")
    on = as_account(my, account).snapshot()

    assert (off.scopes[0].proven, on.scopes[0].proven) == (False, True)
    assert [each.name for each in off.tables] == ["city"]
    assert len(on.tables) == 3


def test_what_is_lacking_comes_with_the_statement_that_gives_it(my):
    account = my.account("reader")
    my.run(f"GRANT SELECT ON {my.name}.city TO '{account}'@'%'")
    lacking = {each.name: each for each in as_account(my, account).test().checks if not each.ok}

    assert set(lacking) == {
        f"List and read all of “{my.name}”",
        f"Read the SQL of the views of “{my.name}”",
    }
    my.run(*{each.remedy for each in lacking.values()})
    assert all(each.ok for each in as_account(my, account).test().checks)


def test_a_database_that_lets_nobody_in_comes_with_its_grant(my):
    account = my.account("reader")
    my.run(f"CREATE DATABASE other_{my.mark}", f"GRANT SELECT ON {my.name}.* TO '{account}'@'%'")
    both = connect(
        "mysql", my.settings(user=account, databases=[my.name, f"other_{my.mark}", "nowhere"]), "pw"
    )

    found = {each.name: each for each in both.test().checks}

    closed = found[f"Connect to “other_{my.mark}”"]
    assert (closed.ok, closed.remedy) == (
        False,
        f"GRANT SELECT, SHOW VIEW ON {pattern_of(f'other_{my.mark}')}.* TO '{account}'@'%';",
    )
    my.run(closed.remedy)
    assert {each.name: each.ok for each in both.test().checks}[closed.name]


def test_a_view_whose_sql_is_kept_from_the_account_is_partial(my):
    account = my.account("reader")
    my.run(f"GRANT SELECT ON {pattern_of(my.name)}.* TO '{account}'@'%'")
    before = as_account(my, account).snapshot().tables[-1]
    my.run(f"GRANT SHOW VIEW ON {pattern_of(my.name)}.* TO '{account}'@'%'")
    after = as_account(my, account).snapshot().tables[-1]

    assert (before.view_sql, before.partial, before.name) == (None, True, "seen")
    assert (after.partial, after.depends_on) == (False, (TableRef(my.name, "", "city"),))


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE another (id int)",
        "DROP VIEW seen",
        "RENAME TABLE city TO town",
        "ALTER TABLE city COMMENT 'Here'",
        "ALTER TABLE city ADD COLUMN more int",
        "ALTER TABLE city DROP COLUMN name",
        "ALTER TABLE city RENAME COLUMN name TO title",
        "ALTER TABLE city MODIFY name varchar(51)",
        "ALTER TABLE city MODIFY name varchar(50) NOT NULL",
        "ALTER TABLE city MODIFY name varchar(50) COMMENT 'new'",
        "ALTER TABLE city MODIFY name varchar(50) AFTER code",
        "ALTER TABLE person ALTER name SET DEFAULT 'y'",
        "ALTER TABLE person MODIFY twice int AS (n * 3) STORED",
        "ALTER TABLE person DROP FOREIGN KEY lives",
        "ALTER TABLE person DROP KEY by_name",
        "ALTER TABLE person RENAME INDEX by_name TO by_names",
        "ALTER TABLE city DROP KEY code",
        "ALTER TABLE city ADD UNIQUE (name)",
        "ALTER TABLE person DROP PRIMARY KEY",
        "CREATE OR REPLACE VIEW seen AS SELECT id FROM city WHERE id > 1",
    ],
)
def test_every_change_shows_in_the_probe(opened, my, change):
    before = opened.probe()
    my.run(change)

    assert opened.probe() != before


@pytest.mark.parametrize(
    "work",
    [
        "INSERT INTO city VALUES (2, 'Bonn', 'b')",
        "DELETE FROM city",
        "ANALYZE TABLE city",
        "TRUNCATE person",
        "OPTIMIZE TABLE city",
        "CREATE TEMPORARY TABLE passing (id int)",
    ],
)
def test_daily_work_does_not_show_in_the_probe(opened, my, work):
    before = opened.probe()
    my.run(work)

    assert opened.probe() == before


def test_a_lost_privilege_shows_in_the_probe(my):
    account = my.account("reader")
    my.run(f"GRANT SELECT, SHOW VIEW ON {pattern_of(my.name)}.* TO '{account}'@'%'")
    reader = as_account(my, account)
    before = reader.probe()
    my.run(
        f"REVOKE SELECT ON {pattern_of(my.name)}.* FROM '{account}'@'%'",
        f"GRANT SELECT ON {my.name}.city TO '{account}'@'%'",
    )

    assert reader.probe() != before


def test_a_database_that_cannot_be_read_has_no_probe(my):
    assert list(connect("mysql", my.settings(databases=["nowhere_at_all", my.name]), "").probe()) == [my.name]


@pytest.mark.parametrize(
    "nasty", ["Upper Case", 'a"b', "it's", "a.b", "ümläut 漢字", "select", "100%_\\", "`"]
)
def test_any_name_survives_the_round_trip(my, nasty):
    name = "`" + nasty.replace("`", "``") + "`"
    my.run(
        f"CREATE TABLE {name} ({name} varchar(30) PRIMARY KEY, parent varchar(30), KEY {name} (parent))",
        f"ALTER TABLE {name} ADD CONSTRAINT {name} FOREIGN KEY (parent) REFERENCES {name} ({name})",
        f"CREATE VIEW v AS SELECT {name} FROM {name}",
    )
    ref = TableRef(my.name, "", nasty)
    opened = connect("mysql", my.settings(), "")

    found = {each.name: each for each in opened.snapshot().tables}

    table = found[nasty]
    assert (table.columns[0].name, table.primary_key) == (nasty, (nasty,))
    assert table.foreign_keys == (ForeignKeyFacts(nasty, ("parent",), "", nasty, (nasty,)),)
    assert [each.name for each in table.indexes] == [nasty]
    assert found["v"].depends_on == (ref,)
    assert opened.snapshot(only=[ref]).tables == (table,)
    assert opened.select(ref, [nasty]).values == ()


def test_names_that_differ_in_case_are_two(opened, my):
    my.run("CREATE TABLE CITY (one int)", "CREATE VIEW Seen AS SELECT 1 AS one")

    found = {each.name: each for each in opened.snapshot().tables}

    assert found["CITY"].columns == (ColumnFacts("one", "int(11)", 1, True),)
    assert len(found["city"].columns) == 3
    assert [each.name for each in opened.snapshot(only=[found["CITY"].ref]).tables] == ["CITY"]
    assert found["Seen"].depends_on == ()


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [("shop", True), ("sho_", True), (r"sho\_", False), ("s%p", True), ("Shop", False), ("sho", False)],
)
def test_patterns_of_grants(pattern, matched):
    assert like(pattern, "shop") is matched


def test_a_database_is_named_to_grant_as_itself_alone():
    for name in ("a_b", "100%", "back\\slash", "tick`", r"a\_b"):
        assert like(pattern_of(name)[1:-1].replace("``", "`"), name)
    assert not like(pattern_of("a_b")[1:-1], "axb")


def test_of_two_holders_one_is_enough_and_of_two_patterns_both_are_needed():
    wide, role, narrow = (
        "GRANT SELECT, SHOW VIEW ON `s%`.* TO `me`@`%` WITH GRANT OPTION",
        "GRANT ALL PRIVILEGES ON `shop`.* TO `role`",
        "GRANT INSERT ON `shop`.* TO `me`@`%`",
    )

    assert granted("me@%", [wide]).hold("SHOW VIEW", "shop")
    assert granted("me@%", [wide, role, narrow]).hold("SELECT", "shop")
    assert not granted("me@%", [wide, narrow]).hold("SELECT", "shop")
    assert granted("me@%", [wide, narrow]).hold("SELECT", "sales")


def test_what_is_granted_on_less_than_a_database_proves_nothing():
    some = granted(
        "me@%",
        [
            "GRANT `role` TO `me`@`%`",
            "GRANT USAGE ON *.* TO `me`@`%`",
            "GRANT SELECT ON `shop`.`orders` TO `me`@`%`",
            "GRANT SELECT (`id`) ON `shop`.`x.* TO ` TO `me`@`%`",
            "GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `me`@`%`",
            "GRANT PROXY ON ``@`%` TO `me`@`%`",
        ],
    )

    assert not some.hold("SELECT", "shop")
    assert "GRANT SELECT, SHOW VIEW ON `shop`.* TO 'me'@'%';" in some.unproven("shop")
