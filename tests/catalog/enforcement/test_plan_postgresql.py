"""A plan is the difference between what is wanted and what is there, and can be taken back exactly."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accesscontrol.enforcement.masking import mask
from accesscontrol.enforcement.names import path, text
from accesscontrol.enforcement.postgresql.plan import notes
from accesscontrol.enforcement.postgresql.text import masked
from accesscontrol.enforcement.steps import diff, script
from accesscontrol.enforcement.wanted import Column, RowRule
from accesscontrol.refusal import Refused
from tests.catalog.enforcement.governed import COLUMNS, EVERYBODY, ROWS

IDENTITY = frozenset({"identity"})
NOBODY = {"name": "none", "actions": ["view"], "effect": "forbid", "conditions": []}


@pytest.fixture
def asked(shop):
    return shop.wanted(shop.subject("eu", region=("eu",)))


def test_applied_twice_there_is_nothing_to_do(shop, asked):
    assert shop.apply(asked) != []
    assert shop.plan(asked) == []


def test_the_reverse_brings_back_exactly_what_was_there(shop, asked):
    """Grants with and without options, on columns, to everybody; a policy; a schema that others use."""
    bob, ann = shop.make("bob"), shop.make("ann")
    shop.scratch.run(
        f"""GRANT USAGE ON SCHEMA shop TO PUBLIC; GRANT SELECT ON shop.customers TO PUBLIC;
            GRANT SELECT, UPDATE ON shop.customers TO "{bob}" WITH GRANT OPTION;
            GRANT SELECT (email, id), INSERT (id) ON shop.customers TO "{ann}";
            CREATE POLICY theirs ON shop.customers FOR SELECT TO PUBLIC USING (segment = 'a');
            ALTER TABLE shop.customers ENABLE ROW LEVEL SECURITY"""
    )
    before = shop.present(asked)

    steps = shop.apply(asked)
    during = shop.present(asked).relation("shop", "customers")
    shop.take_back(steps)

    assert {each.grantee for each in during.grants} == {during.owner, asked.owner}
    assert shop.present(asked) == before


def test_a_later_plan_changes_only_what_is_new_and_reverses_to_what_it_found(shop, asked):
    shop.apply(asked)
    before = shop.present(asked)
    sensitive = (*COLUMNS[:4], Column("segment", "text", frozenset({"sensitive"})), COLUMNS[5])
    more = shop.wanted(
        shop.subject("eu", region=("apac",)),
        shop.subject("us", region=("us",), unmask="sensitive"),
        tables=[shop.table(RowRule("region", "region"), columns=sensitive)],
    )

    steps = shop.apply(more)

    assert shop.ask(shop.role("eu"), "SELECT DISTINCT region, segment FROM gov.customers") == [("apac", None)]
    assert len(shop.ask(shop.role("us"), "SELECT DISTINCT segment FROM gov.customers")) == 2
    assert not any("FORCE" in each or "gov_rows" in each for each in script(steps))
    shop.take_back(steps)
    assert shop.present(asked) == before
    assert shop.ask(shop.role("eu"), "SELECT DISTINCT region FROM gov.customers") == [("eu",)]


def test_what_is_no_longer_permitted_goes(shop, asked):
    steps = shop.apply(asked)
    closed = shop.wanted(shop.subject("eu", region=("eu",)), policies=(EVERYBODY, NOBODY))

    shop.apply(closed)

    assert shop.ask(shop.role("eu"), "SELECT * FROM gov.customers") == "UndefinedTable"
    assert shop.present(closed).relation("shop", "customers").rls  # the table itself stays closed
    assert shop.plan(closed) == []
    assert len(steps) > 0


def test_without_row_rules_row_security_is_switched_off_again(shop, asked):
    shop.apply(asked)
    plain = shop.wanted(shop.subject("eu"), tables=[shop.table()])

    shop.apply(plain)

    found = shop.present(plain).relation("shop", "customers")
    assert (found.rls, found.forced, found.policies) == (False, False, ())
    assert shop.ask(shop.role("eu"), "SELECT count(*) FROM gov.customers") == [(ROWS,)]


@pytest.mark.parametrize(
    ("by_hand", "changed"),
    [
        ('GRANT SELECT ON shop.customers TO "{bob}"', "table shop.customers"),
        ('GRANT SELECT (email) ON shop.customers TO "{bob}"', "table shop.customers"),
        ('GRANT SELECT ON gov.customers TO "{bob}"', "view gov.customers"),
        ('GRANT SELECT ON gov.mask_salt TO "{bob}"', "table gov.mask_salt"),
        ("ALTER TABLE shop.customers DISABLE ROW LEVEL SECURITY", "table shop.customers"),
        ("ALTER TABLE shop.customers NO FORCE ROW LEVEL SECURITY", "table shop.customers"),
        ("DROP POLICY gov_rows ON shop.customers", "table shop.customers"),
        ("ALTER POLICY gov_rows ON shop.customers USING (true)", "table shop.customers"),
        ("CREATE OR REPLACE VIEW gov.customers AS SELECT * FROM shop.customers", "view gov.customers"),
        ("ALTER VIEW gov.customers RESET (security_barrier)", "view gov.customers"),
        ("ALTER VIEW gov.customers OWNER TO CURRENT_USER", "view gov.customers"),
        ('INSERT INTO gov.entitlement VALUES (\'{bob}\', \'region\', \'us\')', "table gov.entitlement"),
        ('GRANT "{unmask}identity" TO "{bob}"', "role {unmask}identity"),
        ("CREATE VIEW gov.other AS SELECT * FROM shop.customers", "view gov.other"),
    ],
)  # fmt: skip
def test_whatever_somebody_changes_by_hand_the_next_plan_sets_right(shop, asked, by_hand, changed):
    names = {"bob": shop.make("bob"), "unmask": shop.prefix}
    columns = "id, region, email, born, segment, balance"
    shop.apply(asked)
    before = shop.present(asked)
    if by_hand.startswith("CREATE OR REPLACE"):
        by_hand = by_hand.replace("*", columns)
    shop.scratch.run(by_hand.format(**names))

    steps = shop.plan(asked)
    assert {step.object for step in steps} == {changed.format(**names)}
    shop.run(script(steps))

    assert shop.present(asked) == before


def test_trusted_roles_keep_what_they_may_and_owners_keep_their_rows(shop):
    etl, owner = shop.make("etl"), shop.make("landlord")
    shop.scratch.run(
        f"""GRANT USAGE ON SCHEMA shop TO "{etl}", "{owner}";
            GRANT SELECT, INSERT ON shop.customers TO "{etl}";
            ALTER TABLE shop.customers OWNER TO "{owner}" """
    )
    shop.apply(shop.wanted(shop.subject("eu", region=("eu",)), trusted=[etl]))

    assert shop.ask(etl, "SELECT count(*) FROM shop.customers") == [(ROWS,)]
    assert shop.ask(etl, "INSERT INTO shop.customers (id, region) VALUES (99, 'eu') RETURNING id") == [(99,)]
    assert shop.ask(owner, "SELECT count(*) FROM shop.customers") == [(ROWS + 1,)]
    assert shop.ask(owner, "DELETE FROM shop.customers WHERE id = 1 RETURNING id") == [(1,)]


def test_a_permissive_policy_of_others_does_not_widen_ours(shop, asked):
    shop.scratch.run("CREATE POLICY all_rows ON shop.customers USING (true)")

    shop.apply(asked)

    assert shop.ask(shop.role("eu"), "SELECT DISTINCT region FROM gov.customers") == [("eu",)]


def test_members_of_an_entitled_role_have_its_rows_when_they_inherit_it(shop, asked):
    shop.apply(asked)
    lena = shop.make("lena")
    shop.scratch.run(f'GRANT "{shop.role("eu")}" TO "{lena}"')

    assert shop.ask(lena, "SELECT count(*) FROM gov.customers") == [(ROWS // 3,)]


def test_a_governed_view_filters_rows_in_our_view(shop):
    shop.scratch.run("CREATE VIEW shop.seen AS SELECT * FROM shop.customers")
    table = shop.table(RowRule("region", "region"), name="seen", kind="view")

    shop.apply(shop.wanted(shop.subject("eu", region=("eu",)), tables=[table]))

    assert shop.ask(shop.role("eu"), "SELECT DISTINCT region FROM gov.seen") == [("eu",)]


def test_notes_say_what_no_statement_says(shop):
    shop.scratch.run("ALTER TABLE shop.customers ADD phone text")
    asked = shop.wanted(shop.subject("eu"), tables=[shop.table(), shop.table(name="gone", key="g")])

    assert notes(asked, shop.present(asked)) == [
        "shop.customers has columns that the catalog does not know, hidden: phone.",
        "shop.gone is not in the database: harvest the source.",
    ]


def test_a_column_that_is_gone_is_left_out(shop):
    shop.scratch.run("ALTER TABLE shop.customers DROP segment")
    shop.apply(shop.wanted(shop.subject("eu")))

    assert shop.ask(shop.role("eu"), "SELECT segment FROM gov.customers") == "UndefinedColumn"


def test_the_diff_says_what_goes_and_what_comes(shop, asked):
    bob = shop.make("bob")
    shop.scratch.run(f'GRANT SELECT ON shop.customers TO "{bob}"')
    said = dict(diff(shop.plan(asked)))

    lines = [f"{line.sign}{line.text}" for line in said["table shop.customers"]]
    assert f"-SELECT to {bob}" in lines
    assert "+row security for its owner too" in lines
    assert [line.sign for line in said["view gov.customers"]].count("-") == 0


def test_an_owner_of_a_governed_table_cannot_own_the_views(shop, asked):
    owner = shop.make("gov_owner")
    shop.scratch.run(f'ALTER TABLE shop.customers OWNER TO "{owner}"')

    with pytest.raises(Refused, match=r"it owns shop\.customers"):
        shop.plan(asked)


NAMES = some.text(some.sampled_from("\"'`;-. é$%\\{}Aa"), min_size=1, max_size=12).map(
    lambda name: f"x{name}"
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=NAMES, column=NAMES, value=NAMES)
def test_names_and_values_may_be_anything(shop, table, column, value):
    shop.run(
        [
            "DROP SCHEMA IF EXISTS odd CASCADE",
            "CREATE SCHEMA odd",
            f"CREATE TABLE {path('odd', table)} ({path(column)} text)",
        ]
    )
    shop.run([f"INSERT INTO {path('odd', table)} VALUES ({text(value)}), ('other')"])
    columns = (Column(column, "text"),)
    odd = shop.table(RowRule(column, value), schema="odd", name=table, columns=columns, key="odd")
    asked = shop.wanted(shop.subject("odd", **{value: (value,)}), tables=[odd])

    before = shop.present(asked)
    steps = shop.apply(asked)
    assert shop.plan(asked) == []
    assert shop.ask(shop.role("odd"), f"SELECT * FROM {path('gov', table)}") == [(value,)]
    shop.take_back(steps)
    assert shop.present(asked) == before


VALUES = {
    "hash": ("text", ["lena@x.io", "", "é", 'a"b']),
    "partial": ("text", ["lena@x.io", "ab", "a***", "", "***", "éa b"]),
    "year": ("date", [dt.date(1990, 5, 17), dt.date(2000, 1, 1)]),
    "month": ("timestamp", [dt.datetime(1990, 5, 17, 8, 30)]),  # noqa: DTZ001  # a column without a zone
    "thousands": ("integer", [0, 999, 1999, -1999, 2_000_000_000]),
    "tens": ("smallint", [0, 34, -34, 32767, -32768]),
    "nothing": ("jsonb", ["{}"]),
}


@pytest.mark.parametrize("method", sorted(VALUES))
def test_the_masks_in_sql_are_those_in_python(shop, method):
    data_type, values = VALUES[method]
    shop.scratch.run(
        "CREATE SCHEMA gov; CREATE TABLE gov.mask_salt (salt text); INSERT INTO gov.mask_salt VALUES ('s')"
    )
    for value in values:
        query = f"SELECT v, {masked('v', data_type, method, 'gov')} FROM (SELECT %s::{data_type} AS v) AS t"
        kept, left = shop.scratch.connection.execute(query, [value]).fetchone()
        assert left == mask(kept, method, "s")
