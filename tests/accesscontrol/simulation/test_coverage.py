"""Coverage finds exactly what asking for every pair, with and without each policy, finds."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accesscontrol.policy.rules import RuleSet
from accesscontrol.policy.semantics import closure, lower
from accesscontrol.simulation.mentions import leaves
from accesscontrol.simulation.reads import measure_coverage
from catalog.assets.models import Asset
from tests.accesscontrol.policy.world import WIDER, policies, stock, stored_values
from tests.accesscontrol.simulation.brute import ACTIONS, NOW, crowd, rule_set
from tests.build import make_asset, make_user

pytestmark = pytest.mark.django_db
ASKED = st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2, unique=True)
POLICIES = st.tuples(policies(), ASKED).map(lambda two: {**two[0], "actions": two[1]})
PERMITS = st.tuples(policies(("permit",)), ASKED).map(lambda two: {**two[0], "actions": two[1]})
SETS = st.tuples(st.lists(PERMITS, min_size=1, max_size=3), st.lists(POLICIES, max_size=3)).map(
    lambda two: [*two[0], *two[1]]
)


@pytest.fixture
def pairs(monkeypatch):
    """Everything that is known of each pair of a user and an asset."""
    monkeypatch.setattr("accesscontrol.simulation.world.VOCABULARY", WIDER)
    stock()
    Asset.objects.filter(pk__gt=Asset.objects.order_by("pk")[14].pk).delete()
    people, resources = crowd(), stored_values()
    return [
        {"user": user, "resource": resource, "env": NOW}
        for user in people.values()
        for resource in resources.values()
    ]


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(SETS)
def test_it_agrees_with_asking_for_each_pair(pairs, documents):
    rules = rule_set(documents)
    live = [each for each in rules.compiled if each.rule.in_force(NOW["time"])]

    found = measure_coverage(rules, env=NOW)

    assert set(found.never) == {
        each.rule.name for each in live if not any(each.satisfied(each.test(pair)) for pair in pairs)
    }
    assert {(each.policy, each.by) for each in found.shadowed} == set(shadowed(rules, live, pairs))
    assert {(each.policy, each.path, each.answer) for each in found.constant} == set(constant(live, pairs))
    assert {each.policy for each in found.windows} == {
        each.rule.name for each in rules.compiled if each not in live
    }


def shadowed(rules, live, pairs):
    for each in live:
        asked = [(action, pair) for action in each.rule.actions for pair in pairs]
        held = [(action, pair) for action, pair in asked if each.test(pair) is True]
        if each.rule.effect == "forbid" or not held:
            continue
        without = RuleSet(other.rule for other in rules.compiled if other is not each)
        if all(allows(rules, *question) == allows(without, *question) for question in asked):
            some = any(allows(rules, *question) for question in held)
            yield each.rule.name, "others" if some else "forbids"


def allows(rules, action, pair):
    return rules.decide("asset", action, pair).allowed


def constant(live, pairs):
    words = {True: "true", False: "false", None: "unknown"}
    for each in live:
        for leaf in leaves(each.rule.conditions):
            answers = {words[closure(lower(leaf))(pair)] for pair in pairs}
            if len(answers) == 1:
                yield each.rule.name, leaf.path, *answers


def asks(attribute, operator, value):
    return {"attribute": attribute, "operator": operator, "value": value}


def test_what_deserves_a_look_is_named():
    make_user("bob", department="sales")
    make_asset("a", sensitivity=1)
    make_asset("b")
    everything = {"actions": ["view"], "conditions": [asks("resource.kind", "exists", True)]}
    tables = {"actions": ["view"], "conditions": [asks("resource.kind", "==", "table")]}
    views = {"actions": ["view"], "conditions": [asks("resource.kind", "==", "view")]}
    rated = {"effect": "forbid", "actions": ["change"], "conditions": [asks("resource.sensitivity", ">", 2)]}
    ended = {"actions": ["view"], "conditions": [], "valid_until": "2020-01-01T00:00:00Z"}

    found = measure_coverage(rule_set([everything, tables, views, rated, ended]))

    assert found.never == ("p2",)
    assert [(each.policy, each.by) for each in found.shadowed] == [("p0", "others"), ("p1", "others")]
    assert [(each.condition, each.answer) for each in found.constant] == [
        ("resource.kind exists true", "true"),
        ("resource.kind == table", "true"),
        ("resource.kind == view", "false"),
    ]
    rating = next(each for each in found.unknown if each.attribute == "resource.sensitivity")
    assert (rating.count, rating.of, rating.share, rating.asked) == (1, 2, 0.5, True)
    team = next(each for each in found.unknown if each.attribute == "user.team")
    assert (team.count, team.asked) == (1, False)
    assert [(each.policy, each.state) for each in found.windows] == [("p4", "ended")]
    assert found.findings == 1 + 2 + 3 + 1 + 1


def test_a_permit_that_a_forbid_always_beats_is_named():
    make_user("bob")
    make_asset()
    permit = {"actions": ["view"], "conditions": []}
    forbid = {"effect": "forbid", "actions": ["view"], "conditions": [asks("resource.kind", "==", "table")]}

    found = measure_coverage(rule_set([permit, forbid]))

    assert [(each.policy, each.by) for each in found.shadowed] == [("p0", "forbids")]


def test_an_empty_portal_is_measured_too():
    found = measure_coverage(rule_set([{"actions": ["view"], "conditions": []}]))

    assert (found.people, found.resources, found.never) == (0, {"asset": 0}, ("p0",))
    assert found.constant == ()


def test_progress_is_said_step_by_step():
    told = []

    measure_coverage(rule_set([]), progress=lambda *said: told.append(said[:2]))

    assert told[0] == (0, None)
    assert told[-1] == (4, 4)
