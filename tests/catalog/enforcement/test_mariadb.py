"""Enforcement in MariaDB: definer views keyed on who signed in; looked at with real logins."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group

from accesscontrol.enforcement.mariadb.text import masked
from accesscontrol.enforcement.masking import mask
from accesscontrol.enforcement.steps import Step, script
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset, Field
from catalog.connectors.errors import ConnectorError
from catalog.enforcement import plans
from catalog.enforcement.engines.protocol import Stale
from catalog.enforcement.services import add_row_rule, map_role, save_enforcement
from catalog.sources.services import save_source
from tests.build import make_policy, make_user
from tests.catalog.connectors.mysql_server import my_scratch
from tests.catalog.enforcement.my_shop import ALL, COLUMNS, ROWS, MyShop
from tests.catalog.scratch import harvest


@pytest.fixture
def shop() -> Iterator[MyShop]:
    with my_scratch() as scratch:
        yield MyShop(scratch)


@pytest.fixture
def asked(shop):
    return shop.wanted(
        shop.subject("eu", region=("eu",)), shop.subject("steward", unmask="identity", region=("us", "apac"))
    )


def test_logins_see_their_rows_masked_unless_they_may_see_clear(shop, asked):
    shop.apply(asked)
    lena, sam, nobody = shop.login("lena", "eu"), shop.login("sam", "steward"), shop.login("nobody")
    query = (
        "SELECT region, email LIKE '%@x.io', born, balance, count(*) FROM {gov}.customers GROUP BY 1, 2, 3, 4"
    )

    assert [(row[0], row[1], str(row[2]), row[3], row[4]) for row in shop.ask(lena, query)] == [
        ("eu", 0, "1990-01-01", None, ROWS // 3)
    ]
    assert {(row[0], row[1]) for row in shop.ask(sam, query)} == {("us", 1), ("apac", 1)}
    assert shop.ask(nobody, query) == 1142
    for login in (lena, sam, nobody):
        assert shop.ask(login, "SELECT * FROM {shop}.customers") == 1142
        assert shop.ask(login, "SELECT * FROM {gov}.mask_salt") == 1142
        assert shop.ask(login, "DELETE FROM {gov}.customers") == 1142
    assert len(shop.ask(lena, "SELECT email FROM {gov}.customers LIMIT 1")[0][0]) == 64


def test_a_login_whose_name_begins_like_anothers_is_not_taken_for_them(shop):
    """USER() is "lena@x@host" for the login lena@x: up to the first @ it would be lena."""
    shop.apply(shop.wanted(shop.subject("eu", region=("eu",)), shop.subject("lena", region=("us",))))
    lena = shop.scratch.role("lena")
    other = shop.login("", "eu", user=f"{lena}@x")

    assert shop.ask(other, "SELECT DISTINCT region FROM {gov}.customers") == [("eu",)]
    shop.scratch.run(f"DROP USER `{other}`@'%'")


def test_roles_held_through_roles_count(shop, asked):
    shop.apply(asked)
    shop.scratch.run(f"CREATE ROLE {shop.scratch.role('all')}")
    shop.scratch.run(f"GRANT {shop.scratch.role('steward')} TO {shop.scratch.role('all')}")
    boss = shop.login("boss", "all")

    found = shop.ask(boss, "SELECT count(*), sum(email LIKE '%@x.io') FROM {gov}.customers")

    assert found == [(ROWS * 2 // 3, ROWS * 2 // 3)]


def test_applied_twice_there_is_nothing_to_do_and_taken_back_all_is_as_it_was(shop, asked):
    bob = shop.login("bob")
    shop.scratch.run(
        f"GRANT SELECT, UPDATE ON customers TO {bob} WITH GRANT OPTION",
        f"GRANT SELECT (email) ON customers TO {bob}",
    )
    before = shop.present(asked)

    steps = shop.apply(asked)

    assert shop.ask(bob, "SELECT id FROM {shop}.customers") == 1142
    assert shop.steps(asked) == []
    shop.engine.reverse(steps)
    assert shop.present(asked) == before
    assert len(shop.ask(bob, "SELECT id FROM {shop}.customers")) == ROWS


def test_a_later_plan_changes_only_what_is_new(shop, asked):
    shop.apply(asked)
    before = shop.present(asked)
    closed = shop.wanted(shop.subject("eu", region=("apac",)), policies=(ALL,), columns=COLUMNS[:4])

    steps = shop.apply(closed)

    lena = shop.login("lena", "eu")
    assert shop.ask(lena, "SELECT DISTINCT region FROM {gov}.customers") == [("apac",)]
    assert shop.ask(lena, "SELECT balance FROM {gov}.customers") == 1054
    assert not any("CREATE ROLE" in each for each in script(steps))
    shop.engine.reverse(steps)
    assert shop.present(asked).grants == before.grants
    assert shop.present(asked).entitlements == before.entitlements


def test_a_failing_statement_takes_back_those_before_it(shop, asked):
    """There are no transactions here: the plan is stopped half-way, and undone."""
    before = shop.present(asked)
    steps = shop.steps(asked)
    at = next(number for number, step in enumerate(steps) if "CREATE DEFINER" in step.do[0])
    broken = [*steps[: at + 1], Step("x", ("GRANT SELECT ON nowhere.at_all TO nobody_here",), ("SELECT 1",))]

    told = f"the {at + 1} before it were taken back"
    with shop.engine._session.changing() as connection, pytest.raises(ConnectorError, match=told):
        shop.engine._run(connection, [(step.do[0], step.undo[0]) for step in broken])

    assert shop.present(asked) == before


def test_a_stale_plan_is_refused(shop, asked):
    steps = shop.steps(asked)
    shop.scratch.run(f"GRANT SELECT ON customers TO {shop.login('bob')}")

    with pytest.raises(Stale):
        shop.engine.apply(asked, {}, steps)


def test_an_owner_who_reads_everything_is_refused(shop, asked):
    owner = shop.scratch.role("owner")
    shop.scratch.run(f"CREATE USER {owner}@localhost", f"GRANT SELECT ON *.* TO {owner}@localhost")

    with pytest.raises(Refused, match="cannot own the views"):
        shop.steps(asked)


def test_verified_with_logins_made_for_the_moment(shop, asked):
    shop.apply(asked)

    found = shop.verified(asked)

    assert {passed for (_, what), passed in found.items() if what != "new column hidden"} == {True}
    assert found["", "new column hidden"] is None
    assert {what for role, what in found if role == "steward"} >= {"rows", "mask of email", "writes denied"}
    assert shop.scratch.ask("SELECT User FROM mysql.user WHERE User LIKE 'gov!_probe%' ESCAPE '!'") == []


@pytest.mark.parametrize(
    ("by_hand", "found"),
    [
        ("GRANT SELECT ON {shop}.customers TO {eu}", "base table denied"),
        ("GRANT SELECT ON {shop}.* TO {eu}", "base table denied"),
        ("INSERT INTO {gov}.entitlement VALUES ('{eu}', 'region', 'us')", "rows"),
        ("GRANT {unmask}identity TO {eu}", "mask of email"),
        ("GRANT {unmask}gdpr_medium TO {eu}", "mask of born"),
        ("GRANT {unmask}gdpr_high TO {eu}", "mask of balance"),
        ("GRANT UPDATE ON {shop}.customers TO {eu}", "writes denied"),
        ("GRANT SELECT ON {gov}.mask_salt TO {eu}", "salt denied"),
    ],
)
def test_what_somebody_undoes_by_hand_is_found_and_set_right(shop, asked, by_hand, found):
    shop.apply(asked)
    before = shop.present(asked)
    eu, unmask = shop.scratch.role("eu"), f"unmask_{shop.scratch.mark}_"
    shop.scratch.run(by_hand.format(shop=shop.scratch.name, gov=shop.schema, eu=eu, unmask=unmask))

    assert shop.verified(asked)["eu", found] is False
    assert shop.apply(asked) != []
    assert shop.present(asked) == before
    assert False not in shop.verified(asked).values()


VALUES = {
    "hash": ("varchar(100)", ["'lena@x.io'", "'é'"]),
    "partial": ("varchar(100)", ["'lena@x.io'", "'ab'", "'a***'", "''"]),
    "year": ("date", ["date '1990-05-17'"]),
    "month": ("date", ["date '1990-05-17'"]),
    "thousands": ("int", ["999", "-1999", "2000000000"]),
    "tens": ("int", ["34", "-34"]),
    "nothing": ("int", ["5"]),
}


@pytest.mark.parametrize("method", sorted(VALUES))
def test_the_masks_in_sql_are_those_in_python(shop, method):
    data_type, values = VALUES[method]
    shop.scratch.run("CREATE TABLE mask_salt (salt char(64))", "INSERT INTO mask_salt VALUES ('s')")
    for value in values:
        left = masked("v", data_type, method, shop.scratch.name)
        kept, shown = shop.scratch.ask(f"SELECT v, {left} FROM (SELECT {value} AS v) AS t")[0]
        assert shown == mask(kept, method, "s")


def test_the_portal_enforces_in_a_harvested_server(shop, db):
    make_policy("all")
    olga, peter = make_user("olga", "platform_engineer"), make_user("peter", "steward")
    make_user("vera", "viewer")
    settings = shop.scratch.settings()
    source = save_source(actor="tests", name="Shop", kind="mysql", settings=settings, secret="")
    harvest(source)
    table = Asset.objects.get(name__endswith=".customers")
    Field.objects.filter(asset=table, name="email").update(identity="email")
    names = {"owner_role": shop.scratch.role("owner"), "unmask_prefix": f"unmask_{shop.scratch.mark}_"}
    row = save_enforcement(source=source, actor="olga", changes={**names, "schema": shop.schema})
    role, viewer = shop.scratch.role("eu"), Group.objects.get(name="viewer")
    map_role(enforcement=row, actor="olga", database_role=role, group=viewer, entitlements={"region": ["eu"]})
    add_row_rule(enforcement=row, actor="olga", asset=table, column="region", attribute="region")

    plan = plans.make_plan(enforcement=row, actor=olga)
    plans.ask_review(plan=plan, actor="olga")
    plans.approve_plan(plan=plan, actor=peter)
    plan.refresh_from_db()
    plans.apply_plan(plan=plan, actor="olga")

    row.refresh_from_db()
    assert shop.ask(
        shop.login("lena", "eu"), "SELECT count(*), sum(email LIKE '%@x.io') FROM {gov}.customers"
    ) == [(ROWS // 3, 0)]
    assert plans.check_drift(enforcement=row, actor="system") == []
    checks = plans.verify(enforcement=row, actor="olga", progress=lambda *_: None)
    assert False not in {each.passed for each in checks}
    plans.reverse_plan(plan=plan, actor="olga")
    assert (
        shop.scratch.ask(f"SELECT 1 FROM information_schema.schemata WHERE schema_name = '{shop.schema}'")
        == []
    )
