"""What policies may speak of: names and words, the moment, and a vocabulary that cannot be used."""

import pytest

from accesscontrol.policy.attributes import VOCABULARY, read_vocabulary
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.nodes import Compare, Literal
from accesscontrol.policy.values import PolicyError

ASSET = VOCABULARY.resources["asset"]
CLEARANCE, SENSITIVITY, LOCATION = VOCABULARY.user["clearance"], ASSET["sensitivity"], ASSET["location"]


def condition(attribute="resource.kind", operator="==", **rest):
    asked = {"attribute": attribute, "operator": operator, **rest}
    return {"name": "p", "actions": ["read"], "conditions": [asked]}


@pytest.mark.parametrize(
    ("attribute", "operator", "value", "meant"),
    [
        ("user.clearance_level", "==", "high", Compare("==", CLEARANCE, Literal(3), "conditions[0]")),
        ("user.clearance_level", ">=", 2, Compare(">=", CLEARANCE, Literal(2), "conditions[0]")),
        (
            "resource.sensitivity",
            "in",
            ["low", "public"],
            Compare("in", SENSITIVITY, Literal((1, 0)), "conditions[0]"),
        ),
        ("resource.region", "!=", "EU", Compare("!=", LOCATION, Literal("EU"), "conditions[0]")),
    ],
)
def test_the_plain_form_may_use_other_words(attribute, operator, value, meant):
    plain = {"name": "p", "description": "", "actions": ["read", "write"]}

    rule = read_policy(
        {**plain, "conditions": [{"attribute": attribute, "operator": operator, "value": value}]}
    )

    assert rule.conditions.items == (meant,)


def test_same_region_is_said_with_value_from():
    rule = read_policy(condition("user.region", value_from="resource.region"))

    assert rule.conditions.items[0].right == LOCATION


def test_an_address_written_as_ipv6_is_the_ipv4_one():
    mapped = read_policy(condition("env.network", value="::ffff:10.0.0.0/104"))

    assert mapped.conditions == read_policy(condition("env.network", value="10.0.0.0/8")).conditions
    assert str(mapped.conditions.items[0].right.value) == "10.0.0.0/8"


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        (condition("env.network", value="10.0.0.0/8"), None, None),
        (condition("env.network", value="fe80::/10"), None, None),
        (
            condition("env.network", value="10.0.0.1/8"),
            "conditions[0].value",
            "'10.0.0.1/8' has bits set behind its mask, as in 10.1.2.3 or 10.0.0.0/8",
        ),
        (
            condition("env.network", "in", value=["10.0.0.0/8", "10.0.0.256"]),
            "conditions[0].value[1]",
            "'10.0.0.256' is no IP address or network, as in 10.1.2.3 or 10.0.0.0/8",
        ),
        (condition("env.network", value=10), "conditions[0].value", "must be a text, not a number"),
        (
            condition("env.network", "starts_with", value="10."),
            "conditions[0].operator",
            "starts_with is not for env.network (address); use !=, ==, exists, in, not_in",
        ),
        (
            condition("env.network", value_from="user.location"),
            "conditions[0].value_from",
            "user.location is of type string, == needs no other attribute",
        ),
        (condition("env.weekday", "in", value=["saturday", "sunday"], timezone="Europe/Berlin"), None, None),
        (
            condition("env.weekday", value="caturday"),
            "conditions[0].value",
            "must be one of monday, tuesday, wednesday, thursday, friday, saturday, sunday, not 'caturday'",
        ),
        (
            condition("env.weekday", "exists", value=True, timezone="UTC"),
            "conditions[0].timezone",
            "belongs to a time of day such as 08:00",
        ),
        (
            condition("env.break_glass", value="no"),
            "conditions[0].value",
            "must be true or false, not a text",
        ),
        (
            condition("env.mfa_age", "<", value=0.5),
            "conditions[0].value",
            "must be a number, not a number with a fraction",
        ),
    ],
)
def test_what_is_said_of_the_moment_is_checked(document, path, message):
    if path is None:
        assert read_policy(document).name == "p"
        return
    with pytest.raises(PolicyError) as caught:
        read_policy(document)
    assert (caught.value.path, caught.value.message) == (path, message)


def test_an_attribute_of_an_unknown_type_stops_the_portal():
    with pytest.raises(ValueError, match=r"user.age has the unknown type 'float'"):
        read_vocabulary("user: {age: {type: float, label: Age}}\nenv: {}\nresource: {}\nactions: {}")


def test_an_attribute_that_differs_between_resource_types_is_not_known():
    vocabulary = read_vocabulary(
        "user: {}\nenv: {}\nactions: {view: []}\n"
        "resource: {a: {size: {type: integer, label: Size}}, b: {size: {type: string, label: Size}}}"
    )

    assert vocabulary.find("resource.size", ["a"]).type == "integer"
    assert vocabulary.find("resource.size", ["a", "b"]) is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a: {type: string, label: A, aliases: [b]}, b: {type: string, label: B}", "user.b is there twice"),
        ("a: {type: address, label: A, source: ip}", "user.a cannot be stored as address"),
        (
            "a: {type: datetime, label: A, source: facts.a, json: true}",
            "user.a cannot be read from JSON as datetime",
        ),
    ],
)
def test_a_vocabulary_that_cannot_be_compiled_stops_the_portal(line, message):
    with pytest.raises(ValueError, match=message):
        read_vocabulary(f"user: {{{line}}}\nenv: {{}}\nresource: {{}}\nactions: {{}}")


def test_each_of_our_own_attributes_says_where_it_comes_from():
    for _, attributes in VOCABULARY.groups():
        assert all(attribute.source and attribute.label for attribute in attributes.values())


@pytest.mark.parametrize(
    ("properties", "path", "message"),
    [
        ({"action": "mask"}, "tags", "must be a list of at least one tag"),
        ({"action": "mask", "tags": []}, "tags", "must be a list of at least one tag"),
        ({"action": "mask", "tags": ["pii", 3]}, "tags[1]", "must be a text, not a number"),
        ({"action": "mask", "tags": ["pii"], "method": ""}, "method", "must not be empty"),
        ({"action": "mask", "tags": ["pii"], "method": "hash", "also": 1}, None, None),
        ({"action": "log", "tags": 3}, None, None),
    ],
)
def test_a_mask_says_what_it_covers(properties, path, message):
    duty = {"id": "o", "type": "custom", "properties": properties}
    document = {"name": "p", "actions": ["read"], "obligations": [duty]}
    if path is None:
        assert read_policy(document).obligations == (duty,)
        return
    with pytest.raises(PolicyError) as caught:
        read_policy(document)
    assert (caught.value.path, caught.value.message) == (f"obligations[0].properties.{path}", message)
