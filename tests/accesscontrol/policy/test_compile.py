"""Every operator on every awkward text, level and flag: what the table answers is what the object answers."""

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from accesscontrol.policy.document import read_policy
from accesscontrol.policy.rules import RuleSet
from accesscontrol.policy.to_q import predicate
from catalog.assets.models import Asset
from tests.accesscontrol.policy.world import TEXTS, stock, stored_values

pytestmark = pytest.mark.django_db

NOW = {"time": datetime(2026, 11, 21, 9, tzinfo=UTC)}
EVERYBODY = {"name": "everybody", "actions": ["view"]}
ORDERED = ["==", "!=", "<", "<=", ">", ">="]
TEXTUAL = [*ORDERED, "contains", "starts_with"]


@pytest.fixture
def resources() -> dict[int, dict[str, Any]]:
    stock()
    return stored_values()


def assert_agreement(resources, condition, user=None):
    """Check what is definitely true, definitely false and the rest, by a permit and two forbids."""
    for effect, on_missing in (("permit", "apply"), ("forbid", "apply"), ("forbid", "skip")):
        document = {"name": "p", "actions": ["view"], "effect": effect, "on_missing": on_missing}
        asked = [{**document, "conditions": [condition]}]
        rules = RuleSet(map(read_policy, asked if effect == "permit" else [EVERYBODY, *asked]))
        known = {"user": user or {}, "env": NOW}
        by_object = {
            pk
            for pk, values in resources.items()
            if rules.decide("asset", "view", {**known, "resource": values}).allowed
        }
        rows = Asset.objects.filter(predicate(rules.residual("asset", "view", known), Asset.guard.columns))
        assert set(rows.values_list("pk", flat=True)) == by_object, (effect, on_missing, condition)


def test_texts_beside_a_value(resources):
    for operator, text in product(TEXTUAL, TEXTS):
        condition = {"attribute": "resource.location", "operator": operator, "value": text}
        assert_agreement(resources, condition)


def test_texts_beside_one_of_the_user(resources):
    for operator, text in product(TEXTUAL, TEXTS):
        user = {"department": text}
        there = {"attribute": "resource.location", "operator": operator, "value_from": "user.department"}
        here = {"attribute": "user.department", "operator": operator, "value_from": "resource.location"}
        assert_agreement(resources, there, user)
        assert_agreement(resources, here, user)


def test_texts_beside_each_other(resources):
    for operator, other in product(TEXTUAL, ["resource.name", "resource.steward", "resource.location"]):
        for attribute in ("resource.domain", "resource.owner", "resource.location"):
            assert_agreement(resources, {"attribute": attribute, "operator": operator, "value_from": other})


def test_lists(resources):
    for many in (TEXTS, ["a", "%"], ["nowhere"]):
        for operator in ("in", "not_in"):
            stated = {"attribute": "resource.domain", "operator": operator, "value": many}
            asked = {"attribute": "resource.domain", "operator": operator, "value_from": "user.roles"}
            assert_agreement(resources, stated)
            assert_agreement(resources, asked, {"roles": many})
        held = {"attribute": "user.roles", "operator": "contains", "value_from": "resource.domain"}
        assert_agreement(resources, held, {"roles": tuple(many)})
    assert_agreement(resources, held, {"roles": ()})


def test_levels(resources):
    for operator, level in product(ORDERED, [-1, 0, 1, 3, 4]):
        stated = {"attribute": "resource.sensitivity", "operator": operator, "value": level}
        there = {"attribute": "resource.sensitivity", "operator": operator, "value_from": "user.clearance"}
        here = {"attribute": "user.clearance", "operator": operator, "value_from": "resource.sensitivity"}
        assert_agreement(resources, stated)
        assert_agreement(resources, there, {"clearance": level})
        assert_agreement(resources, here, {"clearance": level})
    itself = {"attribute": "resource.sensitivity", "value_from": "resource.sensitivity"}
    for operator in ORDERED:
        assert_agreement(resources, {**itself, "operator": operator})


def test_flags_and_presence(resources):
    for operator, value in product(["==", "!="], [True, False]):
        flag = {"attribute": "resource.has_personal_data", "operator": operator, "value": value}
        assert_agreement(resources, flag)
    for name, value in product(Asset.guard.columns, [True, False]):
        present = {"attribute": f"resource.{name}", "operator": "exists", "value": value}
        assert_agreement(resources, present)


def test_texts_are_ordered_by_code_point_whatever_the_locale():
    rules = RuleSet(
        [
            read_policy(
                {**EVERYBODY, "conditions": [{"attribute": "resource.name", "operator": "<", "value": "Z"}]}
            )
        ]
    )
    left = rules.residual("asset", "view", {"user": {}, "env": NOW})

    rows = Asset.objects.filter(predicate(left, Asset.guard.columns))

    assert '"catalog_asset"."name" COLLATE "C" < ' in str(rows.query)


def test_an_equality_can_use_an_index():
    rules = RuleSet(
        [
            read_policy(
                {**EVERYBODY, "conditions": [{"attribute": "resource.name", "operator": "==", "value": "a"}]}
            )
        ]
    )
    left = rules.residual("asset", "view", {"user": {}, "env": NOW})

    rows = Asset.objects.filter(predicate(left, Asset.guard.columns))

    assert '"catalog_asset"."name" = a' in str(rows.query)
    assert "CASE" not in str(rows.query)
