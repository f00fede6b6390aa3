"""Cedar decides as we do on the text that we write, and what it writes we read back: a second opinion.

POLICY_EXAMPLES sets how many random sets of policies are tried.
"""

import json
import os
from typing import Any

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from accesscontrol.policy import cedar_import
from accesscontrol.policy.cedar import context_of, to_cedar, values_of
from accesscontrol.policy.cedar_import import from_cedar
from accesscontrol.policy.document import Rule, read_policy
from accesscontrol.policy.rules import RuleSet
from accesscontrol.policy.values import PolicyError
from tests.accesscontrol.policy.world import ENVS, NIGHT, ODD, TEXTS, USERS, WIDER, policy_sets

cedarpy = pytest.importorskip("cedarpy")

ONE_OF = {"attribute": "resource.kind", "operator": "in", "value": ["table", "view"]}
MONDAY = {"attribute": "env.weekday", "operator": "==", "value": "monday", "timezone": "UTC"}
THERE = {"attribute": "resource.kind", "operator": "exists", "value": True}
ZONES = ["UTC", "Europe/Berlin"]
SHORT = [value for value in ODD if value != 10**30]  # an integer of Cedar has 64 bits
RESOURCES: list[dict[str, Any]] = [
    {
        "kind": ["table", "view", "a"][at % 3],
        "name": TEXTS[at % len(TEXTS)],
        "location": ["", None, *TEXTS][at % (len(TEXTS) + 2)],
        "domain": [None, "a", "a_"][at % 3],
        "sensitivity": [None, 0, 1, 2, 3][at % 5],
        "has_personal_data": [True, False, None][at % 3],
        "text": SHORT[at % len(SHORT)],
        "number": SHORT[(at + 3) % len(SHORT)],
        "flag": SHORT[(at + 7) % len(SHORT)],
        "many": SHORT[(at + 9) % len(SHORT)],
    }
    for at in range(24)
]


def decides(text: str, situation: dict[str, Any]) -> bool:
    """Return Cedar's decision; what it errs about is not there for us either."""
    people, assets = (
        values_of(situation, attributes) for attributes in (WIDER.user, WIDER.resources["asset"])
    )
    entities = [
        {"uid": {"type": "User", "id": "u"}, "attrs": people, "parents": []},
        {"uid": {"type": "Asset", "id": "a"}, "attrs": assets, "parents": []},
    ]
    request = {
        "principal": 'User::"u"',
        "action": 'Action::"view"',
        "resource": 'Asset::"a"',
        "context": context_of(situation, ZONES, WIDER),
    }
    result = cedarpy.is_authorized(request, text, entities)
    assert result.diagnostics.errors == [], result.diagnostics.errors
    return result.allowed


def sayable(documents: list[dict[str, Any]]) -> list[Rule]:
    """Return the rules of these policies that Cedar can say."""
    rules = []
    for at, document in enumerate(documents):
        rule = read_policy({"name": f"p{at}", **document}, vocabulary=WIDER)
        try:
            to_cedar([rule])
        except PolicyError:
            continue
        rules.append(rule)
    return rules


QUIET = settings(
    max_examples=int(os.environ.get("POLICY_EXAMPLES", "150")),
    deadline=None,
    database=None,
    derandomize="POLICY_EXAMPLES" not in os.environ,
)
SETS = policy_sets().map(sayable)


@QUIET
@given(SETS, st.sampled_from(USERS), st.sampled_from(ENVS), st.lists(st.sampled_from(RESOURCES), min_size=8))
def test_cedar_decides_as_we_do_and_what_is_read_back_does_too(rules, user, env, resources):
    assume(any(rule.effect == "permit" for rule in rules))
    text = to_cedar(rules)
    note(text)
    ours = RuleSet(rules)
    back = RuleSet(read_policy(document, vocabulary=WIDER) for document in from_cedar(text, WIDER))

    for resource in resources:
        situation = {"user": user, "env": env, "resource": resource}
        expected = ours.decide("asset", "view", situation)
        assert decides(text, situation) is expected.allowed
        assert back.decide("asset", "view", situation) == expected


def policy(*conditions, **more):
    return {"name": "p", "actions": ["view"], "conditions": list(conditions), **more}


def says(attribute, operator, value, **more):
    return {"attribute": attribute, "operator": operator, "value": value, **more}


def test_a_forbid_is_written_so_that_nothing_missing_opens_it():
    secret = read_policy(policy(says("resource.sensitivity", ">=", "confidential"), effect="forbid"))

    assert to_cedar([secret]) == (
        '@id("p")\n@on_missing("apply")\nforbid (\n  principal is User,\n  action in [Action::"view"],\n'
        "  resource is Asset\n)\n"
        "unless { (resource has sensitivity && !(resource.sensitivity >= 2)) };\n"
    )


@pytest.mark.parametrize(
    "document",
    [
        policy(),
        policy(effect="forbid"),
        policy(says("resource.sensitivity", ">=", 2), effect="forbid", overridable_by_break_glass=True),
        policy(says("resource.sensitivity", ">=", 2), effect="forbid", on_missing="skip"),
        policy(says("env.time", ">=", "08:00", timezone="Europe/Berlin"), description='Say "hi" \\ *'),
        policy(says("env.network", "==", "10.0.0.0/8"), {"not": MONDAY}),
        policy(says("resource.name", "starts_with", 'a*"\\%\n'), says("resource.name", "contains", "日本*")),
        policy({"any": [says("resource.domain", "exists", False), ONE_OF]}),
        policy({"attribute": "resource.steward", "operator": "==", "value_from": "user.username"}),
        policy({"attribute": "user.roles", "operator": "contains", "value_from": "resource.domain"}),
        policy(says("user.roles", "contains", "analyst"), valid_from="2026-01-01T00:00:00.000Z"),
        policy(THERE, {"not": says("resource.kind", "==", "a")}, effect="forbid"),
        policy(effect="forbid", valid_until="2027-01-01T00:00:00.000Z", on_missing="skip"),
        policy(obligations=[{"id": "o", "type": "custom", "properties": {"action": "mask", "tags": ["é"]}}]),
    ],
)
def test_what_we_write_reads_back_as_it_was(document):
    rule = read_policy(document)

    (back,) = from_cedar(to_cedar([rule]))

    assert read_policy(back) == rule


def test_several_types_of_resource_are_asked_for_in_a_clause():
    wider = {**WIDER.resources, "record": {}}
    vocabulary = type(WIDER)(WIDER.user, WIDER.env, wider, WIDER.actions)
    rule = read_policy(policy(resource_types=["record", "asset"]), vocabulary=vocabulary)

    text = to_cedar([rule])

    assert "when { resource is Asset || resource is Record }" in text
    assert read_policy(from_cedar(text, vocabulary)[0], vocabulary=vocabulary) == rule


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (says("resource.name", "<", "m"), r"p\.conditions\[0\]\.not: Cedar cannot order texts"),
        (says("resource.name", "between", ["a", "b"]), "Cedar cannot order texts"),
        (
            {"attribute": "resource.name", "operator": "contains", "value_from": "user.department"},
            "Cedar cannot search for a text that stands in an attribute",
        ),
        (says("env.time", "<", "2026-01-01T00:00:00.000001Z"), "Cedar counts in whole milliseconds"),
    ],
)
def test_what_cedar_cannot_say_is_refused_with_its_place(condition, message):
    with pytest.raises(PolicyError, match=message):
        to_cedar([read_policy(policy({"not": condition}))])


HEAD = "permit(principal, action, resource) when "


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("permit(principal, action, resource);", []),
        ('permit(principal == User::"bob", action, resource);', [says("user.username", "==", "bob")]),
        (HEAD + "{ resource.has_personal_data };", [says("resource.has_personal_data", "==", True)]),
        (HEAD + "{ !resource.has_personal_data };", [says("resource.has_personal_data", "==", False)]),
        (HEAD + "{ 2 <= principal.clearance };", [says("user.clearance", ">=", 2)]),
        (HEAD + '{ ["a", "b"].contains(resource.kind) };', [says("resource.kind", "in", ["a", "b"])]),
        (
            HEAD + '{ principal is User && resource.name != "x" };',
            [says("resource.name", "!=", "x")],
        ),
        (
            HEAD + '{ if principal has team then principal.team == "a" else true };',
            [{"any": [says("user.team", "==", "a"), says("user.team", "exists", False)]}],
        ),
    ],
)
def test_cedar_text_becomes_policies(text, conditions):
    (document,) = from_cedar(text)

    assert document["conditions"] == conditions
    assert (document["name"], document["resource_types"]) == ("policy0", ["asset"])


def test_an_error_of_cedar_on_the_left_does_not_become_a_yes():
    """Cedar skips `a || b` when a is missing; to us it would be b. The import says what Cedar means."""
    text = HEAD + '{ principal.team == "a" || resource.kind == "table" };'
    rules = RuleSet(read_policy(document) for document in from_cedar(text))

    def allowed(**user):
        situation = {"user": user, "env": {}, "resource": {"kind": "table"}}
        assert cedar_allows(text, user) is rules.decide("asset", "view", situation).allowed
        return cedar_allows(text, user)

    assert (allowed(), allowed(team="a"), allowed(team="b")) == (False, True, True)


def cedar_allows(text, user):
    entities = [
        {"uid": {"type": "User", "id": "u"}, "attrs": user, "parents": []},
        {"uid": {"type": "Asset", "id": "a"}, "attrs": {"kind": "table"}, "parents": []},
    ]
    request = {"principal": 'User::"u"', "action": 'Action::"view"', "resource": 'Asset::"a"', "context": {}}
    return cedarpy.is_authorized(request, text, entities).allowed


def test_a_forbid_of_cedar_that_can_fail_is_skipped_here_too():
    (document,) = from_cedar("forbid(principal, action, resource) when { resource.sensitivity >= 2 };")

    assert (document["on_missing"], document["conditions"]) == (
        "skip",
        [says("resource.sensitivity", ">=", 2)],
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("permit(", "^cedar: does not parse: "),
        ("permit(principal == ?principal, action, resource);", "is a template"),
        ('@id("x") permit(principal in Team::"a", action, resource);', r"^x\.principal: "),
        (
            'permit(principal, action == Action::"fly", resource);',
            r"^policy0\.actions\[0\]: 'fly' is not one of",
        ),
        ('permit(principal, action, resource == Asset::"a");', r"^policy0\.resource: names single resources"),
        ("permit(principal, action, resource is Dog);", r"^policy0\.resource: 'Dog' is not one of Asset"),
        (HEAD + "{ resource.colour == 1 };", r"^policy0\.conditions\[0\]\.attribute: there is no attribute"),
        (HEAD + '{ principal in Team::"a" };', r"^policy0\.when: in of Cedar cannot be said here"),
        (HEAD + '{ principal.roles.containsAny(["a"]) };', "containsAny of Cedar cannot be said here"),
        (HEAD + "{ resource.sensitivity + 1 > 2 };", "is no value that can be compared with here"),
        (HEAD + '{ resource.name like "a*b" };', "like can only be said as"),
        (HEAD + "{ false };", "^policy0: can never take effect"),
        (HEAD + '{ context.clock["UTC"] > 1 };', "is no whole minute of a day"),
        (HEAD + '{ resource is Asset && resource.name == "a" };', "a type can be asked for only at the top"),
        ('@obligations("{") permit(principal, action, resource);', r"^policy0\.obligations: is no JSON"),
    ],
)
def test_what_we_cannot_say_is_refused_with_the_policy_and_its_part(text, message):
    with pytest.raises(PolicyError, match=message):
        from_cedar(text)


def test_without_the_extra_the_import_says_what_to_install(monkeypatch):
    monkeypatch.setattr(cedar_import, "cedarpy", None)

    with pytest.raises(PolicyError, match=r"pip install -e '\.\[cedar\]'"):
        from_cedar("permit(principal, action, resource);")


def test_the_context_holds_the_clock_of_each_zone():
    context = context_of({"env": {"time": NIGHT, "network": "::ffff:10.0.0.1", "auth_age": 3}}, ZONES)

    assert context["clock"] == {"UTC": 84_600_000_000, "Europe/Berlin": 1_800_000_000}
    assert context["weekday"] == {"UTC": "monday", "Europe/Berlin": "tuesday"}
    assert json.dumps(context["network"]) == '{"__extn": {"fn": "ip", "arg": "10.0.0.1"}}'
    assert context_of({"env": {}}, ZONES) == {}
