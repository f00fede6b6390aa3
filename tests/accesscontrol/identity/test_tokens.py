import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import ApiToken
from accesscontrol.identity.services import issue_token, revoke_token
from tests.build import make_token, make_user


@pytest.fixture
def alice(db):
    return make_user("alice", "viewer", department="sales", clearance=2)


def me(client, token):
    return client.get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"})


def test_a_token_says_who_calls(client, alice):
    answer = me(client, make_token(alice, "read"))

    assert answer.status_code == 200
    body = answer.json()
    assert (body["username"], body["roles"], body["clearance"]) == ("alice", ["viewer"], 2)


@pytest.mark.parametrize("header", ["", "Bearer nonsense", "Bearer ", "Basic YWxpY2U6eA=="])
def test_no_or_a_wrong_token_is_a_401_problem(client, alice, header):
    answer = client.get("/api/v1/me/", headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == 401


def test_an_expired_token_opens_nothing(client, alice):
    _, secret = issue_token(
        user=alice,
        name="old",
        scopes=["read"],
        actor="alice",
        expires_at=timezone.now() - timedelta(seconds=1),
    )

    assert me(client, secret).status_code == 401


def test_a_revoked_token_opens_nothing(client, alice):
    token, secret = issue_token(user=alice, name="x", scopes=["read"], actor="alice")

    revoke_token(token=token, actor="alice")

    assert me(client, secret).status_code == 401
    assert Entry.objects.filter(action="identity.token_revoked").count() == 1


def test_the_token_of_a_disabled_user_opens_nothing(client, alice):
    secret = make_token(alice)
    alice.is_active = False
    alice.save(update_fields=["is_active"])

    assert me(client, secret).status_code == 401


def test_a_reading_token_cannot_write(client, alice):
    answer = client.post(
        "/api/v1/tokens/",
        {"name": "more", "scopes": ["write"]},
        content_type="application/json",
        headers={"Authorization": f"Bearer {make_token(alice, 'read')}"},
    )

    assert answer.status_code == 403


def test_a_lineage_token_reads_nothing(client, alice):
    assert me(client, make_token(alice, "lineage")).status_code == 403


def test_the_page_shows_a_new_token_once_and_keeps_only_its_hash(client, alice):
    client.force_login(alice)

    shown = client.post("/account/tokens/new/", {"name": "ci", "scopes": ["read"], "lifetime": "30"})
    again = client.get("/account/tokens/").content.decode()

    token = ApiToken.objects.get()
    secret = shown.context["secret"]
    assert secret in shown.content.decode()
    assert secret not in again
    assert secret not in "".join(Entry.objects.values_list("body", flat=True))
    assert me(client, secret).status_code == 200
    assert token.expires_at.date() == (timezone.now() + timedelta(days=30)).date()


def test_a_token_without_a_scope_is_a_form_error(client, alice):
    client.force_login(alice)

    answer = client.post("/account/tokens/new/", {"name": "ci"})

    assert answer.status_code == 400
    assert "This field is required" in answer.content.decode()
    assert ApiToken.objects.count() == 0


def test_nobody_revokes_the_token_of_another(client, alice):
    bob = make_user("bob", "administrator")
    token, _ = issue_token(user=bob, name="x", scopes=["read"], actor="bob")
    client.force_login(alice)

    assert client.post(f"/account/tokens/{token.code}/revoke/").status_code == 404


def test_a_problem_names_the_field(client, alice):
    answer = client.post(
        "/api/v1/tokens/",
        {"name": "x", "scopes": ["everything"]},
        content_type="application/json",
        headers={"Authorization": f"Bearer {make_token(alice)}"},
    )

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["scopes"]


def test_json_nested_without_end_is_a_bad_request(client, alice):
    answer = client.post(
        "/api/v1/tokens/",
        "[" * 100_000,
        content_type="application/json",
        headers={"Authorization": f"Bearer {make_token(alice)}"},
    )

    assert answer.status_code == 400
