"""What a database should allow follows from policies, members and tags; what cannot be known there closes."""

from datetime import UTC, datetime, timedelta

import pytest

from accesscontrol.enforcement.masking import Mask
from accesscontrol.enforcement.wanted import Column, RowRule, Subject, Table, wanted
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.rules import RuleSet

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANALYST = {"roles": ("analyst",), "clearance": 1, "team": "sales"}
ORDERS = Table(
    key="orders",
    schema="shop",
    name="orders",
    columns=(Column("id", "integer"), Column("email", "text", frozenset({"identity"}))),
    resource={"domain": "sales", "sensitivity": 1},
)


def policy(*conditions, **document):
    return {"name": "open", "actions": ["view"], "conditions": list(conditions), **document}


def because(attribute, operator, value):
    return {"attribute": attribute, "operator": operator, "value": value}


def mask_duty(**properties):
    return {"id": "m", "type": "custom", "properties": {"action": "mask", **properties}}


READER = Subject("reader", (ANALYST,))


def compiled(*policies, subjects=(READER,), tables=(ORDERS,)):
    rules = RuleSet(read_policy(each) for each in policies)
    return wanted(rules=rules, now=NOW, subjects=subjects, tables=tables, schema="gov", owner="gov_owner")


def readers(*policies, **more):
    return compiled(*policies, **more).tables[0].readers


def test_without_a_policy_nobody_reads():
    assert readers() == ()


def test_a_permit_for_the_members_opens_the_view():
    assert readers(policy(because("user.roles", "contains", "analyst"))) == ("reader",)


def test_a_forbid_wins():
    forbid = policy(because("resource.domain", "==", "sales"), name="closed", effect="forbid")

    assert readers(policy(), forbid) == ()
    assert compiled(policy(), forbid).verdicts[0].reason == "forbidden: closed"


def test_every_member_must_be_permitted_for_a_role_has_no_exceptions():
    cleared = policy(because("user.clearance", ">=", 1))
    members = ({**ANALYST, "clearance": 2}, {**ANALYST, "clearance": 0})

    assert readers(cleared, subjects=[Subject("reader", members[:1])]) == ("reader",)
    assert readers(cleared, subjects=[Subject("reader", members)]) == ()


def test_a_role_that_two_mappings_name_must_be_permitted_by_both():
    sales = policy(because("user.team", "==", "sales"))
    other = Subject("reader", ({**ANALYST, "team": "ops"},))

    assert readers(sales, subjects=[Subject("reader", (ANALYST,)), other]) == ()


def test_a_role_without_members_reads_nothing():
    assert readers(policy(), subjects=[Subject("reader", ())]) == ()


@pytest.mark.parametrize(
    ("attribute", "operator", "value"),
    [
        ("env.network", "==", "10.0.0.1"),
        ("env.purpose", "==", "research"),
        ("env.time", ">=", "08:00"),
    ],
)
def test_what_a_database_cannot_ask_permits_nothing_and_still_forbids(attribute, operator, value):
    condition = because(attribute, operator, value)
    if attribute == "env.time":
        condition["timezone"] = "UTC"

    assert readers(policy(condition)) == ()
    assert readers(policy(), policy(condition, name="f", effect="forbid")) == ()


def test_a_policy_counts_while_it_is_valid():
    later = (NOW + timedelta(days=1)).isoformat()
    before = (NOW - timedelta(days=1)).isoformat()

    assert readers(policy(valid_from=before, valid_until=later)) == ("reader",)
    assert readers(policy(valid_from=later)) == ()
    assert readers(policy(valid_until=before)) == ()
    assert readers(policy(), policy(name="f", effect="forbid", valid_from=later)) == ("reader",)


def test_a_duty_that_a_database_cannot_do_closes_the_view():
    step_up = {"id": "s", "type": "step-up", "properties": {}}

    assert readers(policy(obligations=[step_up])) == ()
    assert compiled(policy(obligations=[step_up])).verdicts[0].reason == "a database cannot do: step-up"


def test_tags_mask_columns_and_a_duty_makes_them_stricter():
    usual = compiled(policy()).tables[0].columns
    forced = compiled(policy(obligations=[mask_duty(tags=["identity"], method="nothing")])).tables[0].columns

    assert [each.mask for each in usual] == [None, Mask("hash", ("unmask_identity",))]
    assert [each.mask for each in forced] == [None, Mask("nothing", ("unmask_identity",))]


def test_who_is_obliged_to_be_masked_does_not_hold_the_unmasking_role():
    subject = Subject("reader", (ANALYST,), unmask=frozenset({"identity"}))

    assert compiled(policy(), subjects=[subject]).unmask == (("unmask_identity", "reader"),)
    obliged = policy(obligations=[mask_duty(tags=["identity"])])
    assert compiled(obliged, subjects=[subject]).unmask == ()


def test_only_entitlements_that_a_row_rule_asks_for_are_written():
    table = Table(**{**vars(ORDERS), "rows": (RowRule("region", "location"),)})
    subject = Subject("reader", (ANALYST,), entitlements={"location": ("eu", "us"), "team": ("sales",)})

    asked = compiled(policy(), subjects=[subject], tables=[table])

    assert asked.entitlements == (("reader", "location", "eu"), ("reader", "location", "us"))


def test_views_of_tables_of_one_name_say_their_schema():
    other = Table(**{**vars(ORDERS), "key": "o2", "schema": "old"})
    third = Table(**{**vars(ORDERS), "key": "o3", "name": "items"})

    views = [table.view for table in compiled(policy(), tables=[ORDERS, other, third]).tables]

    assert views == ["old.orders", "items", "shop.orders"]
