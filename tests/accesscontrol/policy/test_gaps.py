"""What a policy lacks is said in words, with as few conditions as would do."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accesscontrol.policy.document import read_policy
from accesscontrol.policy.explain import distance
from accesscontrol.policy.gaps import gaps
from accesscontrol.policy.semantics import closure, lower
from tests.accesscontrol.policy.world import ENVS, USERS, WIDER, policies

NOW = {"time": datetime(2026, 11, 21, 9, tzinfo=UTC)}


def words(*conditions, user=None, resource=None, wanted=True, hidden=lambda attribute: False):
    rule = read_policy({"name": "p", "actions": ["view"], "conditions": list(conditions)})
    situation = {"user": user or {}, "resource": resource or {}, "env": NOW}
    return [gap.words(hidden) for gap in gaps(rule.conditions, situation, wanted=wanted)]


def asks(attribute, operator, value):
    return {"attribute": attribute, "operator": operator, "value": value}


CLEARED = {"attribute": "user.clearance", "operator": ">=", "value_from": "resource.sensitivity"}


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            asks("user.clearance", ">=", "confidential"),
            "clearance is internal (1), needs ≥ confidential (2)",
        ),
        (
            CLEARED,
            "clearance is internal (1), needs ≥ the resource’s sensitivity, which is restricted (3)",
        ),
        (asks("user.department", "in", ["a", "b"]), "department is sales, needs one of a, b"),
        (asks("user.team", "==", "a"), "team is missing, needs a"),
        (asks("user.team", "exists", True), "team is missing, needs a value"),
        (asks("user.department", "exists", False), "department is sales, needs no value"),
        (asks("user.roles", "contains", "x"), "roles is none, needs to contain x"),
        (asks("resource.name", "starts_with", "x"), "the resource’s name is orders, needs to start with x"),
        (
            {"not": asks("user.department", "==", "sales")},
            "department is sales, needs something else than sales",
        ),
        (asks("env.time", ">", "2027-01-01T00:00Z"), "the request’s time is 2026-11-21T09:00:00+00:00"),
    ],
)
def test_a_condition_that_fails_is_said_in_words(condition, said):
    user = {"clearance": 1, "department": "sales", "roles": ()}

    [found] = words(condition, user=user, resource={"sensitivity": 3, "name": "orders"})

    assert found.startswith(said)


def test_of_alternatives_the_nearest_is_named_and_of_all_each():
    near, far = asks("user.department", "==", "a"), {"all": [CLEARED, asks("user.team", "==", "a")]}

    assert words({"any": [far, near]}) == ["department is missing, needs a"]
    assert len(words(far, near)) == 3
    assert words({"any": [near, far]}, user={"department": "a"}) == []


def test_what_holds_is_said_for_a_forbid():
    secret = asks("resource.sensitivity", ">=", 2)

    assert words(secret, resource={"sensitivity": 3}, wanted=False) == [
        "the resource’s sensitivity is restricted (3), needs < confidential (2)"
    ]
    assert words(secret, wanted=False) == ["the resource’s sensitivity is missing, needs < confidential (2)"]
    assert words(secret, resource={"sensitivity": 0}, wanted=False) == []


def test_no_value_of_what_is_hidden_is_named():
    own = {"attribute": "user.username", "operator": "==", "value_from": "resource.owner"}

    def hidden(attribute):
        return str(attribute) == "resource.owner"

    assert words(own, user={"username": "bob"}, resource={"owner": "olga"}, hidden=hidden) == [
        "user name does not fit"
    ]


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(policies(), st.sampled_from(USERS), st.sampled_from(ENVS), st.booleans())
def test_there_is_a_gap_exactly_where_a_policy_falls_short(document, user, env, wanted):
    rule = read_policy({"name": "p", **document}, vocabulary=WIDER)
    situation = {"user": user, "resource": {"name": "a", "sensitivity": 2}, "env": {**NOW, **env}}
    core = lower(rule.conditions)

    found = gaps(rule.conditions, situation, wanted=wanted)

    assert (not found) is (closure(core)(situation) is wanted)
    assert len(found) <= distance(core, situation, wanted)
    assert all(gap.words() for gap in found)
