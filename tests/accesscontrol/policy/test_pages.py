"""Policies are read and written on pages; what is wrong is said beside the field."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accesscontrol.policy.models import Policy
from tests.build import drop_policy, make_asset, make_policy, make_user

pytestmark = pytest.mark.django_db

TABLES = {"attribute": "resource.kind", "operator": "==", "value": "table"}
DOCUMENT = {"name": "tables", "description": "Tables <b>.", "actions": ["read"], "conditions": [TABLES]}
LIST = "/access/policies/"


def signed_in(client, *roles):
    client.force_login(make_user("ada", *roles))
    return client


@pytest.fixture
def administrator(client):
    return signed_in(client, "administrator")


def saved(**changes):
    """A policy that was in force once."""
    policy = make_policy(**{**DOCUMENT, **changes})
    drop_policy(policy)
    return policy


def test_a_policy_that_no_longer_reads_is_shown_all_the_same(administrator):
    policy = saved()
    Policy.objects.filter(pk=policy.pk).update(actions=["fly"])

    assert administrator.get(f"{LIST}{policy.code}/").status_code == 200


def test_the_list_shows_policies_and_filters_them(administrator):
    make_policy("open-tables", TABLES)
    saved(name="closed", effect="forbid")

    page = administrator.get(LIST).content.decode()
    assert "open-tables" in page
    assert "closed" in page
    forbids = administrator.get(LIST, {"effect": "forbid", "state": "inactive", "q": "CLO"}).content.decode()
    assert "open-tables" not in forbids
    assert "closed" in forbids
    assert "open-tables" in administrator.get(LIST, {"effect": "maybe"}).content.decode()


def test_the_list_takes_the_same_queries_for_any_length(administrator):
    administrator.get(LIST)
    with CaptureQueriesContext(connection) as short:
        administrator.get(LIST)
    for at in range(12):
        make_policy(f"p{at}", TABLES)
    administrator.get(LIST)  # reads the changed policies

    with CaptureQueriesContext(connection) as long:
        administrator.get(LIST)

    assert len(long) == len(short)


def test_the_page_reads_the_conditions_aloud(administrator):
    policy = saved(conditions=[{"any": [TABLES, {"attribute": "resource.owner", "operator": "exists"}]}])

    page = administrator.get(policy.get_absolute_url()).content.decode()

    assert "any of" in page
    assert "<code>resource.kind</code>" in page
    assert "Tables &lt;b&gt;." in page
    assert "policy.enforced" in page


def test_a_viewer_gets_no_further_than_the_door(client):
    policy = saved()
    signed_in(client, "viewer")

    for path in ("", "new/", f"{policy.code}/", f"{policy.code}/edit/"):
        assert client.get(f"{LIST}{path}").status_code == 403
    assert client.post(f"{LIST}{policy.code}/remove/").status_code == 403
    assert client.get(reverse("policies:explain")).status_code == 403


def test_an_auditor_reads_and_changes_nothing(client):
    policy = saved()
    signed_in(client, "auditor")

    page = client.get(f"{LIST}{policy.code}/")
    assert page.status_code == 200
    assert "edit/" not in page.content.decode()
    assert client.get(f"{LIST}{policy.code}/edit/").status_code == 403


def test_a_stranger_signs_in_first(client):
    assert client.get(LIST)["Location"] == "/account/login/?next=/access/policies/"


def explained(client, **asked):
    return unescape(client.get(reverse("policies:explain"), asked).content.decode())


def test_a_decision_is_explained_on_a_page(administrator):
    make_user("bob", "viewer", clearance=0)
    asset = make_asset(sensitivity=2)
    cleared = {"attribute": "user.clearance", "operator": ">=", "value_from": "resource.sensitivity"}
    make_policy("cleared", cleared)

    page = explained(administrator, user="bob", asset=str(asset.code), action="view")

    assert "bob may not view" in page
    assert "No permit." in page
    assert "public (0)" in page
    assert "confidential (2)" in page
    assert "1 condition short" in page
    assert "bob may view" in explained(administrator, user="ada", asset=asset.name, action="view").replace(
        "ada", "bob"
    )


def test_network_and_purpose_are_those_of_the_question(administrator):
    asset = make_asset()
    make_policy("inside", {"attribute": "env.network", "operator": "==", "value": "10.0.0.0/8"})
    make_user("bob")
    question = {"user": "bob", "asset": asset.code, "action": "view"}

    assert "bob may not view" in explained(administrator, **question)
    assert "bob may view" in explained(administrator, **question, network="10.0.0.1")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"user": "nobody", "asset": "a", "action": "view"}, "There is no user of this name."),
        ({"user": "ada", "asset": "nothing", "action": "view"}, "Not found."),
        ({"user": "ada", "asset": "twice", "action": "view"}, "Several assets have this name; use the code."),
        ({"user": "ada", "asset": "a", "action": "fly"}, "Select a valid choice."),
        ({"user": "ada", "asset": "", "action": "view"}, "This field is required."),
    ],
)
def test_a_question_that_means_nothing_is_answered_at_its_field(administrator, asked, message):
    make_asset("twice")
    make_asset("twice", namespace="elsewhere")

    assert message in explained(administrator, **asked)
