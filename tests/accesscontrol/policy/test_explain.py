"""An explanation says for every condition what was asked, what was found, and which policy decides."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accesscontrol.policy.document import read_policy
from accesscontrol.policy.explain import Line, distance, explain, lines
from accesscontrol.policy.querysets import Decision, explain_decision
from accesscontrol.policy.rules import RuleSet
from accesscontrol.policy.semantics import closure
from catalog.domains.models import Domain
from tests.accesscontrol.policy.world import ENVS, USERS, WIDER, policies
from tests.build import make_asset, make_grant, make_policy, make_user

NOW = {"time": datetime(2026, 11, 21, 9, tzinfo=UTC)}
CLEARED = {"attribute": "user.clearance", "operator": ">=", "value_from": "resource.sensitivity"}
TABLE = {"attribute": "resource.kind", "operator": "in", "value": ["table", "view"]}
RESOURCES = [
    {"kind": "table", "name": "a%", "sensitivity": 2, "has_personal_data": True, "location": "ä"},
    {"kind": "a", "name": "a", "sensitivity": None, "location": "", "domain": "a", "owner": "a"},
]


def rules(*documents):
    return RuleSet(
        read_policy({"name": f"p{at}", "actions": ["view"], **document}, vocabulary=WIDER)
        for at, document in enumerate(documents)
    )


def why(documents, resource, user=None):
    situation = {"user": user or {}, "resource": resource, "env": NOW}
    return explain(rules(*documents), "asset", "view", situation)


def test_each_condition_shows_what_was_expected_and_found():
    found = why([{"conditions": [CLEARED, {"not": TABLE}]}], {"kind": "table"}, {"clearance": 2})

    assert found.rules[0].lines == (
        Line(
            0,
            "conditions[0]",
            "user.clearance",
            ">=",
            "resource.sensitivity (missing)",
            "confidential (2)",
            None,
        ),
        Line(0, "", "", "not", "", "", False),
        Line(1, "conditions[1].not", "resource.kind", "in", "table, view", "table", True),
    )


def test_conditions_read_without_a_question_too():
    rule = read_policy({"name": "p", "actions": ["view"], "conditions": [{"any": [TABLE, CLEARED]}]})

    assert [
        (line.depth, line.attribute, line.operator, line.expected) for line in lines(rule.conditions)
    ] == [
        (0, "", "any of", ""),
        (1, "resource.kind", "in", "table, view"),
        (1, "user.clearance", ">=", "resource.sensitivity"),
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"attribute": "resource.sensitivity", "operator": "==", "value": "restricted"}, "restricted (3)"),
        ({"attribute": "resource.sensitivity", "operator": "==", "value": 7}, "7"),
        ({"attribute": "resource.owner", "operator": "exists"}, "true"),
        ({"attribute": "env.time", "operator": "<", "value": "08:00"}, "08:00 UTC"),
        (
            {"attribute": "env.time", "operator": "<", "value": "2027-01-01T00:00Z"},
            "2027-01-01T00:00:00+00:00",
        ),
    ],
)
def test_values_are_shown_as_a_person_reads_them(condition, expected):
    assert why([{"conditions": [condition]}], {}).rules[0].lines[0].expected == expected


def test_an_empty_list_is_none_and_not_missing():
    condition = {"attribute": "user.roles", "operator": "contains", "value": "viewer"}

    assert why([{"conditions": [condition]}], {}, {"roles": ()}).rules[0].lines[0].actual == "none"


def test_the_deciding_policy_is_marked():
    found = why([{}, {"effect": "forbid", "conditions": [CLEARED]}, {"conditions": [TABLE]}], {"kind": "job"})

    assert found.decision == Decision(False, "forbidden", ("p1",))
    assert [(rule.result, rule.applies, rule.decides) for rule in found.rules] == [
        (True, True, False),
        (None, True, True),
        (False, False, False),
    ]


def test_the_nearest_permits_fail_by_the_fewest_conditions():
    far, near = {"conditions": [CLEARED, TABLE]}, {"conditions": [TABLE]}
    either = {"conditions": [{"any": [CLEARED, {"not": {"all": [TABLE, CLEARED]}}]}]}

    assert [rule.name for rule in why([far, near], {}).nearest_permits] == ["p1"]
    assert [(rule.name, rule.distance) for rule in why([far, either], {}).nearest_permits] == [("p1", 1)]
    assert why([far, {}], {}).nearest_permits == ()
    assert why([{"effect": "forbid"}], {}).nearest_permits == ()


@settings(
    max_examples=300,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    st.lists(policies(), min_size=1, max_size=4),
    st.sampled_from(USERS),
    st.sampled_from(ENVS),
    st.sampled_from(RESOURCES),
)
def test_the_explanation_agrees_with_the_decision(documents, user, env, resource):
    situation = {"user": user, "resource": resource, "env": {**NOW, **env}}
    asked = rules(*documents)

    found = explain(asked, "asset", "view", situation)

    assert found.decision == asked.decide("asset", "view", situation)
    assert tuple(rule.name for rule in found.rules if rule.decides) == found.decision.policies
    for compiled in asked.compiled:
        assert (distance(compiled.core, situation) == 0) is (closure(compiled.core)(situation) is True)


@pytest.mark.django_db
def test_a_stored_object_is_explained():
    bob = make_user("bob", "viewer", clearance=0)
    asset = make_asset(sensitivity=2, domain=Domain.objects.create(slug="sales", name="Sales"))
    make_policy("cleared", CLEARED)

    found = explain_decision(bob, asset, "view")

    assert found.decision == Decision(False, "no permit")
    assert [rule.name for rule in found.rules] == ["cleared", "platform-administrators"]
    assert found.rules[0].lines[0].actual == "public (0)"
    assert found.rules[0].lines[0].expected == "resource.sensitivity (confidential (2))"


@pytest.mark.django_db
def test_a_grant_and_a_closed_account_are_explained_too():
    bob, asset = make_user("bob"), make_asset()
    make_grant(bob, asset)
    assert explain_decision(bob, asset, "view").decision == Decision(True, "granted")

    bob.is_active = False

    assert explain_decision(bob, asset, "view").decision == Decision(False, "no account")


@pytest.mark.django_db
def test_what_policies_do_not_decide_is_not_explained():
    bob = make_user("bob")

    assert explain_decision(bob, make_policy(), "view") is None
    assert explain_decision(bob, type(make_asset())(), "view") is None
