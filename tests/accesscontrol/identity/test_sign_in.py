import pytest
from django.core.exceptions import ValidationError

from accesscontrol.identity.services import save_user
from govportal import settings as module
from tests.build import PASSWORD, make_user


def sign_in(client, password=PASSWORD):
    return client.post("/account/login/", {"username": "alice", "password": password})


def test_a_page_asks_a_stranger_to_sign_in_and_comes_back(client, db):
    answer = client.get("/inbox/?tab=mine")

    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/?next=/inbox/%3Ftab%3Dmine"


def test_a_part_that_asks_after_the_session_ended_has_its_page_ask_again(client):
    answer = client.get("/counts/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Refresh"], answer.content) == (401, "true", b"")


def test_the_right_password_opens_the_portal(client, db):
    make_user("alice", "viewer")

    assert sign_in(client)["Location"] == "/"
    assert client.get("/").status_code == 200


def test_five_wrong_passwords_lock_the_door_for_the_right_one(client, db):
    make_user("alice", "viewer")
    for _ in range(5):
        sign_in(client, "wrong-wrong-wrong")

    answer = sign_in(client)

    assert answer.status_code == 429
    assert client.get("/").status_code == 302


def test_signing_out_ends_the_session(client, db):
    make_user("alice", "viewer")
    sign_in(client)

    client.post("/account/logout/")

    assert client.get("/").status_code == 302


def test_a_weak_password_is_refused(db):
    with pytest.raises(ValidationError, match="too short"):
        save_user(username="alice", actor="tests", password="short")


def test_an_unknown_role_is_refused_by_name(db):
    with pytest.raises(ValidationError, match="emperor"):
        save_user(username="alice", actor="tests", password=PASSWORD, roles=["emperor"])


def test_a_service_account_cannot_be_an_administrator(db):
    with pytest.raises(ValidationError):
        save_user(username="robot", actor="tests", is_service=True, is_superuser=True)


def test_passwords_are_kept_under_argon2():
    assert module.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_every_page_carries_the_strict_policy(client, db):
    policy = client.get("/account/login/")["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
