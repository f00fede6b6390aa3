"""The policies in force through the API: read here, changed by a policy set."""

import pytest

from tests.build import drop_policy, make_policy, make_token, make_user

pytestmark = pytest.mark.django_db

API = "/api/v1/policies/"


def headers(username, role):
    return {"Authorization": f"Bearer {make_token(make_user(username, role))}"}


def test_the_api_lists_what_is_in_force_and_what_was(client):
    policy, gone = make_policy("tables"), make_policy("gone")
    drop_policy(gone)
    ada = headers("ada", "administrator")

    rows = client.get(API, headers=ada).json()["results"]
    assert [(row["name"], row["is_active"]) for row in rows] == [
        ("gone", False),
        ("platform-administrators", True),
        ("tables", True),
    ]
    assert [row["name"] for row in client.get(f"{API}?is_active=false", headers=ada).json()["results"]] == [
        "gone"
    ]
    assert client.get(f"{API}{policy.code}/", headers=ada).json()["actions"] == ["view"]


def test_nobody_writes_a_policy_past_its_approval(client):
    policy, ada = make_policy("tables"), headers("ada", "administrator")

    assert client.post(API, {"name": "x"}, "application/json", headers=ada).status_code in {403, 405}
    url = f"{API}{policy.code}/"
    assert client.put(url, {"name": "x"}, "application/json", headers=ada).status_code in {403, 405}
    assert client.delete(url, headers=ada).status_code in {403, 405}


def test_the_api_shows_no_policy_to_a_viewer(client):
    policy, bob = make_policy("tables"), headers("bob", "viewer")

    for path in ("", f"{policy.code}/"):
        assert client.get(f"{API}{path}", headers=bob).status_code == 403
