"""A simulation finds exactly what asking for every user, resource and action finds."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from accesscontrol.identity.models import User
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.reads import policy_set
from accesscontrol.policy.rules import RuleSet
from accesscontrol.simulation.reads import simulate
from catalog.assets.models import Asset
from tests.accesscontrol.policy.world import WIDER, policies, stock
from tests.accesscontrol.simulation.brute import ACTIONS, NOW, allowed, crowd, grants, rule_set, truths
from tests.build import make_asset, make_policy, make_user

pytestmark = pytest.mark.django_db

QUIET = settings(
    max_examples=30,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ASKED = st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3, unique=True)
POLICIES = st.tuples(policies(), ASKED).map(lambda two: {**two[0], "actions": two[1]})
SETS = st.lists(POLICIES, min_size=1, max_size=4)


@pytest.fixture
def world(monkeypatch):
    """Everybody's attributes and grants, over the stock of awkward assets, with attributes from JSON."""
    monkeypatch.setattr("accesscontrol.simulation.world.VOCABULARY", WIDER)
    stock()
    Asset.objects.filter(pk__gt=Asset.objects.order_by("pk")[17].pk).delete()
    return crowd(), grants()


def change_of(delta, action):
    return next(change for change in delta.changes if change.action == action)


@QUIET
@given(SETS, SETS, st.integers(0, 3))
def test_it_agrees_with_asking_for_each_pair(world, old, new, kept):
    people, held = world
    before, after = rule_set(old), rule_set([*old[:kept], *new])

    delta = simulate(before, after, env=NOW)

    for action in ACTIONS:
        was, will = (allowed(rules, people, held, action) for rules in (before, after))
        found = change_of(delta, action)
        note(f"{action}: {was ^ will}")
        assert (found.gained, found.lost) == (len(will - was), len(was - will))
        assert by_person(found) == counted(will - was, was - will)
        assert by_facet(found) == facets_of(will - was, was - will)
        assert samples_are_true(found, will - was, was - will)
        assert found.people_gaining == len({name for name, _ in will - was})
        assert found.people_losing == len({name for name, _ in was - will})


@QUIET
@given(SETS, SETS)
def test_what_new_policies_cannot_answer_is_counted_exactly(world, old, new):
    people, _ = world
    before, after = rule_set(old), rule_set([*old, *new])
    fresh = {each.rule.name for each in after.compiled[len(old) :]}

    delta = simulate(before, after, env=NOW)

    found = {each.policy: (each.resources, each.pairs) for each in delta.unknowns}
    assert found.keys() <= fresh
    for name in fresh:
        if not in_force(after, name):
            assert name not in found
            continue
        pairs = [pair for pair, truth in truths(after, people, name).items() if truth is None]
        assert found.get(name, (0, 0)) == (len({pk for _, pk in pairs}), len(pairs))


def in_force(rules, name):
    return next(each.rule for each in rules.compiled if each.rule.name == name).in_force(NOW["time"])


def by_person(found):
    return {row.username: (row.gained, row.lost) for row in found.people}


def counted(gained, lost):
    gains, losses = Counter(name for name, _ in gained), Counter(name for name, _ in lost)
    return {name: (gains[name], losses[name]) for name in gains.keys() | losses.keys()}


def by_facet(found):
    return {(row.kind, row.domain): (row.gained, row.lost) for row in found.facets}


def facets_of(gained, lost):
    about = {
        pk: (kind, slug or "") for pk, kind, slug in Asset.objects.values_list("pk", "kind", "domain__slug")
    }
    gains, losses = Counter(about[pk] for _, pk in gained), Counter(about[pk] for _, pk in lost)
    return {at: (gains[at], losses[at]) for at in gains.keys() | losses.keys()}


def samples_are_true(found, gained, lost):
    pks = {str(code): pk for code, pk in Asset.objects.values_list("code", "pk")}
    return all(
        {(row.username, pks[code]) for code in found.samples[row.sample].gained}
        == {pair for pair in gained if pair[0] == row.username}
        and {(row.username, pks[code]) for code in found.samples[row.sample].lost}
        == {pair for pair in lost if pair[0] == row.username}
        for row in found.people
    )


PII = {"attribute": "resource.has_personal_data", "operator": "==", "value": True}
SECRET = {"attribute": "resource.sensitivity", "operator": ">=", "value": "confidential"}
MAY = {"actions": ["view"], "conditions": []}


def test_a_forbid_that_cannot_tell_says_which_attribute_is_missing():
    make_user("bob", "viewer")
    make_asset("known", sensitivity=0)
    rated, unrated = make_asset("rated", sensitivity=3), make_asset("unrated")
    forbid = {"effect": "forbid", "actions": ["view"], "conditions": [SECRET]}

    delta = simulate(rule_set([MAY]), rule_set([MAY, forbid]))

    view = change_of(delta, "view")
    assert (view.gained, view.lost, view.resources_lost) == (0, 2, 2)
    assert view.samples[0].lost == (str(rated.code), str(unrated.code))
    [unknown] = delta.unknowns
    assert (unknown.policy, unknown.resources, unknown.pairs) == ("p1", 1, 1)
    assert [(each.attribute, each.count) for each in unknown.because] == [("resource.sensitivity", 1)]
    assert unknown.sample == (str(unrated.code),)


def test_a_forbid_that_skips_what_is_missing_bars_only_what_it_knows():
    make_user("bob")
    make_asset("rated", sensitivity=3)
    make_asset("unrated")
    forbid = {"effect": "forbid", "on_missing": "skip", "actions": ["view"], "conditions": [SECRET]}

    delta = simulate(rule_set([MAY]), rule_set([MAY, forbid]))

    assert change_of(delta, "view").lost == 1
    assert delta.unknowns[0].on_missing == "skip"


def test_what_a_simulation_cannot_know_of_the_moment_is_named():
    make_user("bob")
    make_asset()
    inside = {"attribute": "env.network", "operator": "==", "value": "10.0.0.0/8"}

    delta = simulate(rule_set([]), rule_set([{"actions": ["view"], "conditions": [inside]}]))

    assert delta.unasked == ("env.network",)
    assert change_of(delta, "view").gained == 0
    assert [each.attribute for each in delta.unknowns[0].because] == ["env.network"]


def test_equal_rules_in_other_words_change_nothing():
    make_user("bob")
    make_asset()
    before, after = rule_set([MAY]), rule_set([{**MAY, "description": "Everybody."}])

    delta = simulate(before, after)

    assert [(each.gained, each.lost) for each in delta.changes] == [(0, 0)] * 3
    assert delta.unknowns == ()


def test_rules_outside_of_their_window_count_for_nothing():
    make_user("bob")
    make_asset()
    ended = {**MAY, "conditions": [SECRET], "valid_until": "2020-01-01T00:00:00Z"}

    delta = simulate(rule_set([]), rule_set([ended]))

    assert (change_of(delta, "view").gained, delta.unknowns) == (0, ())


def test_lists_are_bounded_and_counts_are_not(monkeypatch):
    monkeypatch.setattr("accesscontrol.simulation.compare.MOST_PEOPLE", 2)
    monkeypatch.setattr("accesscontrol.simulation.compare.SAMPLE", 1)
    monkeypatch.setattr("accesscontrol.simulation.delta.MOST_FACETS", 1)
    for name in ("ann", "bob", "cas"):
        make_user(name)
    for at, kind in enumerate(("table", "view", "file")):
        make_asset(f"a{at}", kind=kind)

    view = change_of(simulate(rule_set([]), rule_set([MAY])), "view")

    assert (view.gained, view.people_gaining, view.resources_gained) == (9, 3, 3)
    assert [person.username for person in view.people] == ["ann", "bob"]
    assert len(view.samples[0].gained) == 1
    assert [(facet.kind, facet.gained) for facet in view.facets] == [("file", 3), ("others", 6)]


def test_the_simulated_answer_is_what_everybody_sees_afterwards(world):
    people, _ = world
    before = {name: seen_by(name) for name in names(people)}
    wanted = {"actions": ["view"], "conditions": [{"not": SECRET}, PII]}

    view = change_of(simulate(policy_set(), RuleSet([*rules_of(policy_set()), read(wanted)])), "view")
    make_policy("wanted", *wanted["conditions"])

    for person in view.people:
        assert len(seen_by(person.username) - before[person.username]) == person.gained
    assert view.gained == sum(len(seen_by(name) - before[name]) for name in names(people)) > 0


def names(people):
    return [values["username"] for values in people.values()]


def seen_by(username):
    user = User.objects.get(username=username)
    return set(Asset.objects.visible_to(user).values_list("pk", flat=True))


def rules_of(rules):
    return [compiled.rule for compiled in rules.compiled]


def read(document):
    return read_policy({"name": "wanted", **document})


def test_progress_is_said_in_full_and_may_stop_the_work():
    make_user("bob")
    make_asset()
    told = []

    simulate(rule_set([]), rule_set([MAY]), progress=lambda *said: told.append(said))

    assert told[0] == (0, None, "Reading all users and resources.")
    assert told[-1][:2] == (1, 1)

    def stop(*said):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        simulate(rule_set([]), rule_set([MAY]), progress=stop)


def test_the_number_of_statements_does_not_grow_with_the_world(django_assert_max_num_queries):
    for at in range(12):
        make_user(f"user{at}", department=f"d{at}")
        make_asset(f"a{at}", location=f"d{at}")
    own = {"attribute": "user.department", "operator": "==", "value_from": "resource.location"}

    with django_assert_max_num_queries(12):
        delta = simulate(rule_set([]), rule_set([{"actions": ["*"], "conditions": [own]}]))

    assert [(each.gained, each.people_gaining) for each in delta.changes] == [(12, 12)] * 3
