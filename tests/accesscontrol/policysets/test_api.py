"""Changes of policies through the API, by two people's tokens."""

import json

import pytest

from accesscontrol.policysets.reads import in_force
from tests.accesscontrol.policysets.sets import DOCUMENT, TABLES, drafted, simulated, submitted
from tests.build import make_token, make_user

pytestmark = pytest.mark.django_db

API = "/api/v1/policy-sets/"


@pytest.fixture
def ada():
    return make_user("ada", "administrator")


@pytest.fixture
def call(client):
    tokens = {}

    def call(user, method, path="", body=None):
        token = tokens.setdefault(user.pk, make_token(user))
        headers = {"Authorization": f"Bearer {token}"}
        sent = "" if body is None else body if isinstance(body, str) else json.dumps(body)
        return client.generic(method, f"{API}{path}", sent, "application/json", headers=headers)

    return call


def test_two_people_bring_a_change_in_force(call, ada):
    eve = make_user("eve", "administrator")
    made = call(ada, "POST", "", {"summary": "Open the tables"})
    assert made.status_code == 201
    code = made.json()["code"]
    whole = call(ada, "POST", f"{code}/put-policy/", {"policy": DOCUMENT}).json()
    assert [(change["name"], change["kind"]) for change in whole["changes"]] == [("tables", "added")]

    refused = call(ada, "POST", f"{code}/submit/")
    assert (refused.status_code, "Simulate it first" in refused.json()["detail"]) == (409, True)
    simulated(drafted_row(code))
    assert call(ada, "POST", f"{code}/submit/").json()["state"] == "submitted"
    assert call(ada, "POST", f"{code}/approve/", {"digest": whole["digest"]}).status_code == 409
    assert call(eve, "POST", f"{code}/approve/", {"digest": whole["digest"]}).json()["approved_by"] == "eve"
    assert call(ada, "POST", f"{code}/activate/").json()["state"] == "active"

    assert str(in_force().code) == code
    first = call(ada, "GET", "?number=1").json()["results"][0]["code"]
    back = call(ada, "POST", f"{first}/roll-back/", {"reason": "Too wide"})
    assert (back.status_code, in_force().number) == (200, 1)


def drafted_row(code):
    return in_force().__class__.objects.get(code=code)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "summary"),
        ({"summary": " "}, "summary"),
        ({"summary": "\u202e"}, "summary"),
        ({"summary": "x", "policies": {}}, "policies"),
        ({"summary": "x", "policies": [3]}, "policies.0"),
        ({"summary": "x", "policies": [{**DOCUMENT, "priority": 1}]}, "policies[0].priority"),
        (
            {"summary": "x", "policies": [{**DOCUMENT, "conditions": [{"any": [{**TABLES, "value": 3}]}]}]},
            "policies[0].conditions[0].any[0].value",
        ),
        ("[]", "non_field_errors"),
    ],
)
def test_a_fault_is_named_with_its_place(call, ada, body, field):
    answer = call(ada, "POST", "", body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_fault_of_one_policy_is_named_below_it(call, ada):
    row = drafted(ada)

    answer = call(ada, "POST", f"{row.code}/put-policy/", {"policy": {**DOCUMENT, "effect": "maybe"}})

    assert [error["field"] for error in answer.json()["errors"]] == ["policy.effect"]


def test_a_policy_is_dropped_and_the_whole_is_exported(call, ada):
    row = drafted(ada)

    assert call(ada, "POST", f"{row.code}/drop-policy/", {"name": "tables"}).json()["changes"] == []
    unknown = call(ada, "POST", f"{row.code}/drop-policy/", {"name": "tables"})
    assert [error["field"] for error in unknown.json()["errors"]] == ["name"]
    exported = call(ada, "GET", f"{row.code}/export/?as=json").json()
    assert [policy["name"] for policy in exported["policies"]] == ["platform-administrators"]
    assert call(ada, "GET", f"{row.code}/export/?as=xml").status_code == 404


def test_the_list_leaves_the_policies_out(call, ada):
    drafted(ada)

    rows = call(ada, "GET", "?state=draft").json()["results"]

    assert [(row["summary"], "policies" in row) for row in rows] == [("Open the tables", False)]


def test_others_reach_nothing(call, ada):
    row, bob = submitted(ada), make_user("bob", "viewer")

    assert call(bob, "GET").status_code == 403
    for path in ("", "export/"):
        assert call(bob, "GET", f"{row.code}/{path}").status_code == 403
    for verb in ("submit", "withdraw", "approve", "reject", "activate", "roll-back", "rebase", "put-policy"):
        assert call(bob, "POST", f"{row.code}/{verb}/", {}).status_code == 403
    tom = make_user("tom", "auditor")
    assert call(tom, "GET", f"{row.code}/").status_code == 200
    assert call(tom, "POST", f"{row.code}/approve/", {"digest": row.digest}).status_code == 403
