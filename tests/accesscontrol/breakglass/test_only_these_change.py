"""In an emergency a set of rules decides as it would without those that an emergency lifts."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from accesscontrol.policy.document import read_policy
from accesscontrol.policy.nodes import Known
from accesscontrol.policy.rules import RuleSet
from tests.accesscontrol.policy.world import ENVS, USERS, WIDER, policy_sets

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
RESOURCES = [
    {"kind": "table", "sensitivity": 2, "status": "active", "owner": "bob", "has_personal_data": True},
    {"kind": "view", "sensitivity": None, "status": "", "owner": None, "has_personal_data": False},
]


def rules_of(documents, lifted, marked):
    """Return the rules with the chosen forbids marked as overridable, or without them."""
    found = []
    for at, document in enumerate(documents):
        may_be = at in lifted and document.get("effect") == "forbid"
        if may_be and not marked:
            continue
        more = {"overridable_by_break_glass": True} if may_be else {}
        found.append(read_policy({**document, **more, "name": f"p{at}"}, vocabulary=WIDER))
    return RuleSet(found)


def said(residual):
    """Return what a residual asks; a rule that can no longer be true asks nothing."""
    sides = (residual.permits, residual.strict, residual.lenient)
    return [[rest for rest in side if rest != Known(False)] for side in sides]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(policy_sets(), st.sets(st.integers(0, 6)), st.sampled_from(USERS), st.sampled_from(ENVS))
def test_only_the_marked_forbids_stop_to_bind(documents, lifted, user, env):
    marked, without = rules_of(documents, lifted, True), rules_of(documents, lifted, False)
    calm = {"time": NOW, **env, "break_glass": False}
    alarm = {**calm, "break_glass": True}
    for resource in RESOURCES:
        asked = {"user": user, "resource": resource}
        in_alarm = marked.decide("asset", "view", {**asked, "env": alarm})
        assert in_alarm == without.decide("asset", "view", {**asked, "env": alarm})
        plain = rules_of(documents, set(), True)
        assert marked.decide("asset", "view", {**asked, "env": calm}) == plain.decide(
            "asset", "view", {**asked, "env": calm}
        )
    known = {"user": user, "env": alarm}
    assert said(marked.residual("asset", "view", known)) == said(without.residual("asset", "view", known))
    assert [item.rule.name for item in marked.about("asset", "view", known)] == [
        item.rule.name for item in without.about("asset", "view", known)
    ]
