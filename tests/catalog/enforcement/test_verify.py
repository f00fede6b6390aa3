"""What was enforced is tried out as each role; whatever somebody undoes by hand is found."""

import pytest

from accesscontrol.audit.models import Entry
from catalog.assets.models import Field
from catalog.enforcement import plans
from catalog.enforcement.services import map_role
from tests.catalog.scratch import harvest


@pytest.fixture
def applied(company):
    """Two roles: one sees Europe masked, the other the rest and who they are."""
    map_role(
        enforcement=company.enforcement,
        actor="olga",
        database_role=company.shop.role("steward"),
        person=company.peter,
        unmask=["identity"],
        entitlements={"region": ["us", "apac"]},
    )
    company.applied()
    return company


def verified(company):
    found = plans.verify(enforcement=company.fresh(), actor="olga", progress=lambda *_: None)
    return {(each.role.rpartition("_")[0], each.what): (each.passed, each.detail) for each in found}


def failing(company):
    return {key: detail for key, (passed, detail) in verified(company).items() if passed is not True}


def test_everything_that_was_promised_holds(applied):
    found = verified(applied)

    assert {what for _, what in found} == {
        "base table denied",
        "columns",
        "mask of email",
        "mask of born",
        "mask of balance",
        "rows",
        "writes denied",
        "no other way in",
        "new column hidden",
    }
    assert {passed for passed, _ in found.values()} == {True}
    assert found["eu", "rows"] == (True, "10 of 10 expected")
    assert found["steward", "rows"] == (True, "20 of 20 expected")
    assert found["eu", "mask of email"] == (True, "0 of 10 values are the table's own")
    assert found["steward", "mask of email"] == (True, "20 of 20 values are the table's own")


def test_trying_out_changes_nothing_and_is_evidence(applied):
    before = applied.shop.present(applied_wanted(applied))

    verified(applied)

    assert applied.shop.present(applied_wanted(applied)) == before
    kept = applied.fresh()
    assert kept.failed_checks == 0
    assert kept.verified_at is not None
    assert "c3@x.io" not in str(kept.checks)
    assert '"failed":0' in Entry.objects.get(action="enforcement.verified").body


def applied_wanted(company):
    return plans.reads.wanted_now(company.fresh())


@pytest.mark.parametrize(
    ("by_hand", "found"),
    [
        ('GRANT USAGE ON SCHEMA shop TO "{eu}"; GRANT SELECT ON shop.customers TO "{eu}"', "base table denied"),  # noqa: E501
        ("ALTER TABLE shop.customers DISABLE ROW LEVEL SECURITY", "rows"),
        ("INSERT INTO gov.entitlement VALUES ('{eu}', 'region', 'us')", "rows"),
        ('GRANT "{unmask}identity" TO "{eu}"', "mask of email"),
        ('GRANT "{unmask}gdpr_medium" TO "{eu}"', "mask of born"),
        ('GRANT "{unmask}sensitive" TO "{eu}"', "mask of balance"),
        ('GRANT DELETE ON gov.customers TO "{eu}"; GRANT DELETE ON shop.customers TO "{gov_owner}"', "writes denied"),  # noqa: E501
        ('GRANT USAGE ON SCHEMA shop TO "{eu}"; GRANT UPDATE ON shop.customers TO "{eu}"', "writes denied"),
        ('GRANT USAGE ON SCHEMA shop TO "{eu}"; GRANT TRUNCATE ON shop.customers TO "{eu}"', "writes denied"),
        ('GRANT pg_read_all_data TO "{eu}"', "no other way in"),
        ('GRANT "{gov_owner}" TO "{eu}"', "no other way in"),
        ('ALTER ROLE "{eu}" BYPASSRLS', "no other way in"),
        ('CREATE ROLE "{lena}" LOGIN BYPASSRLS; GRANT "{eu}" TO "{lena}"', "no other way in"),
        ('REVOKE SELECT ON gov.customers FROM "{eu}"', "columns"),
    ],
)  # fmt: skip
def test_what_somebody_undoes_by_hand_is_found(applied, by_hand, found):
    names = {name: applied.shop.role(name) for name in ("eu", "gov_owner", "lena")}
    applied.shop.scratch.run(by_hand.format(**names, unmask=applied.shop.prefix))

    assert ("eu", found) in failing(applied)
    assert {role for role, _ in failing(applied)} == {"eu"} or "ROW LEVEL" in by_hand


def test_a_grant_on_the_table_shows_new_columns(applied):
    owner = applied.shop.role("gov_owner")
    applied.shop.scratch.run(f'GRANT SELECT ON shop.customers TO "{owner}"')

    assert list(failing(applied)) == [("", "new column hidden")]


def test_who_is_not_permitted_is_tried_too(applied):
    map_role(
        enforcement=applied.enforcement,
        actor="olga",
        database_role=applied.shop.role("eu"),
        team=None,
        person=applied.vera,
    )
    applied.vera.is_active = False
    applied.vera.save()
    applied.applied()

    found = verified(applied)

    assert found["eu", "view denied"] == (True, "")
    assert found["eu", "base table denied"] == (True, "")


def drift(company):
    plans.check_drift(enforcement=company.fresh(), actor="system")
    kept = company.fresh()
    return kept.drift, kept.drift_cause


def test_no_drift_right_after_a_plan(applied):
    assert drift(applied) == ([], "")
    assert not Entry.objects.filter(action="enforcement.drift_found").exists()


def test_a_change_by_hand_is_drift_and_said_once(applied):
    bob = applied.shop.make("bob")
    applied.shop.scratch.run(f'GRANT SELECT ON shop.customers TO "{bob}"')

    assert drift(applied) == (["table shop.customers"], plans.BY_HAND)
    drift(applied)
    assert Entry.objects.filter(action="enforcement.drift_found").count() == 1

    applied.shop.scratch.run(f'REVOKE SELECT ON shop.customers FROM "{bob}"')
    assert drift(applied) == ([], "")
    assert Entry.objects.filter(action="enforcement.drift_gone").count() == 1


def test_a_new_column_is_drift_until_the_catalog_knows_it(applied):
    applied.shop.scratch.run("ALTER TABLE shop.customers ADD phone text")

    said = "shop.customers has columns that the catalog does not know, hidden: phone."
    assert drift(applied) == ([said], plans.BY_HAND)
    harvest(applied.source)
    assert drift(applied) == (["table shop.customers", "view gov.customers"], plans.NEWS)
    applied.applied()
    assert drift(applied) == ([], "")


def test_a_new_tag_is_news(applied):
    Field.objects.filter(name="segment").update(sensitive=True)

    assert drift(applied) == (["view gov.customers"], plans.NEWS)
