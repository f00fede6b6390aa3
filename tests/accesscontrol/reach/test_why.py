"""Everybody may ask about themselves, in words; only who may explain reads policies and others' values."""

import json
from html import unescape

import pytest
from django.urls import reverse

from accesscontrol.breakglass.services import declare_emergency
from accesscontrol.identity.models import User
from accesscontrol.policy.querysets import may
from accesscontrol.policysets.services import ADMINISTRATORS
from tests.build import make_asset, make_grant, make_policy, make_user

pytestmark = pytest.mark.django_db
API = "/api/v1/access/explain/"
CLEARED = {"attribute": "user.clearance", "operator": ">=", "value_from": "resource.sensitivity"}
OWN = {"attribute": "user.username", "operator": "==", "value_from": "resource.owner"}
EVERYBODY = {"attribute": "user.username", "operator": "exists", "value": True}


@pytest.fixture
def ada(client):
    ada = make_user("ada", "administrator")
    client.force_login(ada)
    return ada


@pytest.fixture
def bob(client):
    return make_user("bob", "viewer", clearance=0)


@pytest.fixture
def orders():
    return make_asset(sensitivity=2, owner=make_user("olga"))


def own_page(client, asset):
    return unescape(client.get(reverse("reach:why", args=[asset.code])).content.decode())


def test_a_user_reads_why_they_may(client, bob, orders):
    make_policy("all")
    client.force_login(bob)

    page = own_page(client, orders)

    assert "The access policies permit it to you." in page
    assert "No policy permits it to you." in page  # to change it


def test_a_grant_is_named_with_its_end(client, bob, orders):
    make_grant(bob, orders)
    client.force_login(bob)

    assert "It was given to you by exception, until" in own_page(client, orders)


def test_what_is_missing_is_said_without_others_values(client, bob, orders):
    make_policy("known", EVERYBODY, actions=["discover"])
    make_policy("cleared", CLEARED)
    client.force_login(bob)

    page = own_page(client, orders)

    assert "Clearance does not fit." in page
    assert "confidential" not in page  # who discovers it knows its name and its owner, and no more
    assert reverse("access:request", args=[orders.code]) in page
    assert "cleared" not in page  # a policy's name is for who may explain


def test_who_sees_it_is_told_what_is_missing_to_change_it(client, bob, orders):
    make_policy("all")
    make_policy("cleared", CLEARED, actions=["change"])
    client.force_login(bob)

    page = own_page(client, orders)

    assert "Clearance is public (0), needs ≥ the resource’s sensitivity, which is confidential (2)." in page


def test_who_owns_it_is_not_told_by_a_condition(client, bob, orders):
    make_policy("known", EVERYBODY, actions=["discover"])
    make_policy("owners", OWN)
    client.force_login(bob)

    page = own_page(client, orders)

    assert "User name does not fit." in page
    assert "olga" not in page


def test_a_forbid_is_said_to_be_one_and_cannot_be_asked_away(client, bob, orders):
    make_policy("all")
    make_policy("locked", {"attribute": "resource.sensitivity", "operator": ">", "value": 1}, effect="forbid")
    make_policy("known", EVERYBODY, actions=["discover"])
    client.force_login(bob)

    page = own_page(client, orders)

    assert "A policy forbids it" in page


def test_what_is_hidden_is_not_found(client, bob, orders):
    client.force_login(bob)

    assert client.get(reverse("reach:why", args=[orders.code])).status_code == 404
    assert client.get(API, {"resource": orders.code}).status_code == 404


def test_the_asset_page_leads_there(ada, client, orders):
    panel = client.get(reverse("grants:panel", args=[orders.code])).content.decode()

    assert reverse("reach:why", args=[orders.code]) in panel
    assert reverse("reach:who", args=[orders.code]) in panel


def test_the_api_explains_others_to_who_may(ada, client, bob, orders):
    make_policy("cleared", CLEARED)

    found = client.get(API, {"user": "bob", "resource": orders.code}).json()

    assert (found["allowed"], found["reason"], found["requestable"]) == (False, "no permit", False)
    assert found["nearest"][0] == {
        "policy": "cleared",
        "missing": ["clearance is public (0), needs ≥ the resource’s sensitivity, which is confidential (2)"],
    }
    cleared = next(rule for rule in found["rules"] if rule["name"] == "cleared")
    assert cleared["conditions"][0]["actual"] == "public (0)"


def test_the_api_names_grants_and_takes_network_and_purpose(ada, client, bob, orders):
    make_policy("inside", {"attribute": "env.network", "operator": "==", "value": "10.0.0.0/8"})
    asked = {"user": "bob", "resource": orders.code}
    assert client.get(API, asked).json()["allowed"] is False
    assert client.get(API, {**asked, "network": "10.1.2.3"}).json()["policies"] == ["inside"]

    grant = make_grant(bob, orders)

    found = client.get(API, asked).json()
    assert (found["reason"], found["grants"][0]["code"]) == ("granted", str(grant.code))


def test_everybody_asks_about_themselves_only(client, bob, orders):
    make_policy("known", EVERYBODY, actions=["discover"])
    make_policy("owners", OWN)
    client.force_login(bob)

    found = client.get(API, {"resource": orders.code}).json()

    assert found["missing"][0] == "user name does not fit"
    assert found["requestable"] is True
    assert "olga" not in json.dumps(found)
    assert "rules" not in found
    assert client.get(API, {"user": "olga", "resource": orders.code}).status_code == 403
    assert client.get(API, {"user": "bob", "resource": orders.code}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"resource": "x"}, "resource"),
        ({}, "resource"),
        ({"user": "nobody"}, "user"),
        ({"action": "fly"}, "action"),
    ],
)
def test_a_wrong_parameter_is_named(ada, client, orders, asked, field):
    whole = asked if "resource" in asked or not asked else {"resource": orders.code, **asked}

    answer = client.get(API, whole)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert answer["Content-Type"] == "application/problem+json"


def test_the_explain_page_says_it_in_words(ada, client, bob, orders):
    make_policy("cleared", CLEARED)
    asked = {"user": "bob", "asset": str(orders.code), "action": "view"}
    address = reverse("policies:explain")

    page = unescape(client.get(address, asked).content.decode())
    assert "clearance is public (0), needs ≥ the resource’s sensitivity, which is confidential (2)" in page
    assert "does not know that it exists" in page

    make_policy("known", EVERYBODY, actions=["discover"])
    assert "bob may ask for access" in unescape(client.get(address, asked).content.decode())
    tables = {"attribute": "resource.kind", "operator": "==", "value": "table"}
    make_policy("locked", tables, {"not": ADMINISTRATORS["conditions"][0]}, effect="forbid")
    page = unescape(client.get(address, asked).content.decode())
    assert "What forbids it" in page
    assert "the resource’s kind is table, needs something else than table" in page


def test_the_explain_page_names_the_grant(ada, client, bob, orders):
    grant = make_grant(bob, orders)
    asked = {"user": "bob", "asset": str(orders.code), "action": "view"}

    page = client.get(reverse("policies:explain"), asked).content.decode()

    assert grant.get_absolute_url() in page
    assert User.objects.get(username="bob").label in page


def test_an_emergency_counts_in_every_explanation(client, ada, bob, orders):
    make_policy("all")
    viewers = {"attribute": "user.roles", "operator": "contains", "value": "viewer"}
    make_policy("closed", viewers, effect="forbid", overridable_by_break_glass=True)
    asked = {"user": "bob", "resource": str(orders.code)}
    assert client.get(API, asked).json()["allowed"] is False

    declare_emergency(user=bob, reason="The warehouse burns, and so do the orders.", minutes=15)

    assert may(bob, orders)
    assert client.get(API, asked).json()["allowed"] is True
    page = client.get(
        reverse("policies:explain"), {"user": "bob", "asset": str(orders.code), "action": "view"}
    )
    assert page.context["why"].allowed
