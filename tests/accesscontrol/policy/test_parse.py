"""A policy is accepted whole or refused with the place of its first fault."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.nodes import All, AnyOf, Clock, Compare, Literal, Not
from accesscontrol.policy.values import PolicyError

KIND = VOCABULARY.resources["asset"]["kind"]
SENSITIVITY = VOCABULARY.resources["asset"]["sensitivity"]
TABLES = {"attribute": "resource.kind", "operator": "==", "value": "table"}


def policy(**changes):
    return {"name": "p", "actions": ["read"], "conditions": [], **changes}


def condition(attribute="resource.kind", operator="==", **rest):
    return policy(conditions=[{"attribute": attribute, "operator": operator, **rest}])


def fault(document):
    with pytest.raises(PolicyError) as caught:
        read_policy(document)
    return caught.value


def test_the_plain_form_loads_unchanged():
    rule = read_policy(
        {"name": "eu", "description": "Tables.", "actions": ["read", "write"], "conditions": [TABLES]}
    )

    assert (rule.name, rule.description, rule.effect) == ("eu", "Tables.", "permit")
    assert rule.actions == {"view", "change"}
    assert rule.conditions == All((Compare("==", KIND, Literal("table"), "conditions[0]"),))


def test_groups_nest():
    rule = read_policy(policy(conditions=[{"any": [TABLES, {"not": {"all": [TABLES]}}]}]))

    first = Compare("==", KIND, Literal("table"), "conditions[0].any[0]")
    second = Compare("==", KIND, Literal("table"), "conditions[0].any[1].not.all[0]")
    assert rule.conditions == All((AnyOf((first, Not(All((second,))))),))


def test_a_star_means_every_action():
    assert read_policy(policy(actions=["*"])).actions == {"view", "change", "discover"}


def test_a_level_may_be_named():
    rule = read_policy(condition("resource.sensitivity", "in", value=["public", 2]))

    assert rule.conditions.items[0] == Compare("in", SENSITIVITY, Literal((0, 2)), "conditions[0]")


def test_a_time_of_day_has_a_zone():
    rule = read_policy(condition("env.time", "between", value=["08:00", "18:00"], timezone="Europe/Berlin"))

    berlin = ZoneInfo("Europe/Berlin")
    assert rule.conditions.items[0].right == Literal((Clock(time(8), berlin), Clock(time(18), berlin)))


def test_a_window_is_read():
    rule = read_policy(policy(valid_from="2026-01-01T00:00:00Z", valid_until="2027-01-01T00:00:00+00:00"))

    assert rule.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert rule.valid_until == datetime(2027, 1, 1, tzinfo=UTC)


def nested(depth):
    return TABLES if depth == 0 else {"not": nested(depth - 1)}


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        ([], "policy", "must be an object with name, actions and conditions"),
        ({"name": "p"}, "actions", "must be a list of at least one name"),
        (policy(name=""), "name", "must not be empty"),
        (policy(name=7), "name", "must be a text, not a number"),
        (policy(name="n" * 101), "name", "must be at most 100 letters long"),
        (policy(name="a\x00b"), "name", "contains a character that cannot be stored"),
        (policy(description="\ud800"), "description", "contains a character that cannot be stored"),
        (policy(description=None), "description", "must be a text"),
        (policy(effect="allow"), "effect", "must be one of permit, forbid, not 'allow'"),
        (policy(on_missing="ignore"), "on_missing", "must be one of apply, skip, not 'ignore'"),
        (
            policy(actions=["view", "reed"]),
            "actions[1]",
            "'reed' is not one of *, change, discover, read, view, write",
        ),
        (policy(actions=[]), "actions", "must be a list of at least one name"),
        (policy(actions="read"), "actions", "must be a list of at least one name"),
        (policy(resource_types=["dataset"]), "resource_types[0]", "'dataset' is not one of asset"),
        (policy(condition=[]), "condition", None),
        (policy(valid_from="tomorrow"), "valid_from", "'tomorrow' is not a date and time of ISO 8601"),
        (policy(valid_from="2027-01-01"), "valid_from", "needs a zone, as in 2027-01-01T00:00:00Z"),
        (policy(valid_from="0001-01-01T00:00Z"), "valid_from", "must be between the years 1900 and 9000"),
        (
            policy(valid_from="2027-01-01T00:00Z", valid_until="2027-01-01T01:00+01:00"),
            "valid_until",
            "must be after valid_from",
        ),
        (policy(obligations={}), "obligations", "must be a list"),
        (
            policy(obligations=[{"id": "o"}]),
            "obligations[0]",
            "must be an object with id, type and, at most, properties",
        ),
        (policy(obligations=[{"id": "o", "type": ""}]), "obligations[0].type", "must not be empty"),
        (
            policy(obligations=[{"id": "o", "type": "custom", "properties": []}]),
            "obligations[0].properties",
            "must be an object",
        ),
        (
            policy(obligations=[{"id": "o", "type": "custom", "properties": {"a": ["b\x00"]}}]),
            "obligations[0].properties.a[0]",
            "contains a character that cannot be stored",
        ),
        (policy(conditions={}), "conditions", "must be a list of conditions"),
        (policy(conditions=[3]), "conditions[0]", "must be a condition, or one of all, any, not"),
        (policy(conditions=[TABLES, {}]), "conditions[1].attribute", "is missing"),
        (policy(conditions=[{"any": []}]), "conditions[0].any", "needs at least one condition"),
        (policy(conditions=[{"any": TABLES}]), "conditions[0].any", "must be a list of conditions"),
        (
            policy(conditions=[{"any": [TABLES], "all": []}]),
            "conditions[0].any",
            "is not known here; known are all",
        ),
        (
            policy(conditions=[{"not": [TABLES]}]),
            "conditions[0].not",
            "must be a condition, or one of all, any, not",
        ),
        (policy(conditions=[nested(7)]), None, None),
        (policy(conditions=[nested(8)]), "conditions[0]" + ".not" * 8, "is nested more than 8 deep"),
        (policy(conditions=[TABLES] * 200), None, None),
        (policy(conditions=[TABLES] * 201), "conditions[200]", "is one of more than 200 conditions"),
        (
            condition("resource.colour", value="red"),
            "conditions[0].attribute",
            "there is no attribute 'resource.colour'",
        ),
        (
            condition("subject.kind", value="red"),
            "conditions[0].attribute",
            "there is no attribute 'subject.kind'",
        ),
        (condition("kind", value="red"), "conditions[0].attribute", "there is no attribute 'kind'"),
        (condition(None, value="red"), "conditions[0].attribute", "must be a text, not null"),
        (condition(operator="=~", value="t"), "conditions[0].operator", "there is no operator '=~'"),
        (
            condition("resource.has_personal_data", "<", value=True),
            "conditions[0].operator",
            "< is not for resource.has_personal_data (boolean); use !=, ==, exists",
        ),
        (
            condition("user.roles", "in", value=["viewer"]),
            "conditions[0].operator",
            "in is not for user.roles (list); use contains, exists",
        ),
        (condition(), "conditions[0].value", "is missing"),
        (condition(value=None), "conditions[0].value", "must be a text, not null"),
        (condition(value=""), "conditions[0].value", "must not be empty"),
        (condition(value=["table"]), "conditions[0].value", "must be a text, not a list"),
        (condition(values=["table"]), "conditions[0].values", None),
        (
            condition(operator="in", value="table"),
            "conditions[0].value",
            "must be a list of at least one value",
        ),
        (condition(operator="in", value=[]), "conditions[0].value", "must be a list of at least one value"),
        (condition(operator="in", value=["a", 2]), "conditions[0].value[1]", "must be a text, not a number"),
        (condition(operator="in", value=["a"] * 501), "conditions[0].value", "must hold at most 500 values"),
        (
            condition("resource.sensitivity", "<=", value="secret"),
            "conditions[0].value",
            "must be a number or one of public, internal, confidential, restricted, not a text",
        ),
        (
            condition("resource.sensitivity", "==", value=True),
            "conditions[0].value",
            "must be a number or one of public, internal, confidential, restricted, not true or false",
        ),
        (
            condition("resource.sensitivity", "==", value=2**31),
            "conditions[0].value",
            "must be between -2147483647 and 2147483647",
        ),
        (
            condition("resource.has_personal_data", value="yes"),
            "conditions[0].value",
            "must be true or false, not a text",
        ),
        (condition("resource.owner", "exists", value="yes"), "conditions[0].value", "must be true or false"),
        (
            condition("resource.sensitivity", "between", value=[3, 1]),
            "conditions[0].value",
            "holds nothing: the first value is above the second",
        ),
        (
            condition("resource.sensitivity", "between", value=[1]),
            "conditions[0].value",
            "must be a list of two values, the lower first",
        ),
        (
            condition("env.time", "between", value=["18:00", "08:00"]),
            "conditions[0].value",
            "holds nothing: the first value is above the second",
        ),
        (
            condition("env.time", "between", value=["08:00", "2027-01-01T00:00Z"]),
            "conditions[0].value",
            "must be two times of day or two moments, not one of each",
        ),
        (condition("env.time", "<", value="25:00"), "conditions[0].value", None),
        (
            condition("env.time", "<", value="2027-01-01T00:00Z", timezone="UTC"),
            "conditions[0].timezone",
            "belongs to a time of day such as 08:00",
        ),
        (
            condition("env.time", "<", value="08:00", timezone="../etc/passwd"),
            "conditions[0].timezone",
            "there is no time zone '../etc/passwd'",
        ),
        (condition(value="table", timezone="UTC"), "conditions[0].timezone", "resource.kind is not a time"),
        (
            condition(value="a", value_from="user.username"),
            "conditions[0].value_from",
            "cannot stand beside value or timezone",
        ),
        (condition(value_from="user.name"), "conditions[0].value_from", "there is no attribute 'user.name'"),
        (
            condition(value_from="user.clearance"),
            "conditions[0].value_from",
            "user.clearance is of type integer, == needs string",
        ),
        (
            condition(operator="in", value_from="user.team"),
            "conditions[0].value_from",
            "user.team is of type string, in needs list",
        ),
        (condition(operator="in", value_from="user.roles"), None, None),
        (condition("user.roles", "contains", value_from="resource.domain"), None, None),
        (
            condition("resource.sensitivity", "between", value_from="user.clearance"),
            "conditions[0].value_from",
            "user.clearance is of type integer, between needs no other attribute",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(document, path, message):
    if path is None:
        assert read_policy(document).name == "p"
        return
    found = fault(document)
    assert found.path == path
    assert message in (None, found.message)
