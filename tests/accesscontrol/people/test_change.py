"""Accounts are made, changed and closed; what decides about yourself, somebody else changes."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import ApiToken, Team, User
from accesscontrol.people import services
from accesscontrol.refusal import Refused
from tests.build import PASSWORD, make_token, make_user

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a quite different battery"


@pytest.fixture
def ada():
    return make_user("ada", "administrator")


def facts(action):
    return [json.loads(entry.body)["details"] for entry in Entry.objects.filter(action=action).order_by("pk")]


def test_a_person_is_made_and_chooses_a_password_by_the_link_once(ada, client):
    Team.objects.create(name="Sales")

    made = services.create_person(
        username="vic", actor=ada, full_name="Vic Vale", clearance=2, team="Sales", roles=["viewer"]
    )
    assert not made.has_usable_password()
    assert not made.is_superuser
    [told] = facts("people.created")
    assert (told["username"], told["is_service"]) == ("vic", False)
    assert told["after"]["roles"] == ["viewer"]

    link = services.password_link(person=made, actor=ada)
    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0]
    assert client.post(where, {"new_password1": "1234", "new_password2": "1234"}).status_code == 200
    chosen = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert client.post(where, chosen)["Location"] == "/account/login/"
    assert client.login(username="vic", password=NEW_PASSWORD, request=form.wsgi_request)
    assert "no longer works" in Client().get(link).content.decode()
    assert facts("people.password_link_made") == [{"username": "vic"}]
    assert link not in str(list(Entry.objects.values_list("body", flat=True)))


def test_a_service_account_has_tokens_and_no_link(ada):
    made = services.create_person(username="pep", actor=ada, is_service=True, roles=["viewer"])

    assert made.is_service
    with pytest.raises(Refused, match="has tokens, and no password"):
        services.password_link(person=made, actor=ada)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "ADA"}, "username"),
        ({"email": "nowhere"}, "email"),
        ({"clearance": 9}, "clearance"),
        ({"team": "Nobody"}, "team"),
        ({"roles": ["king"]}, "roles"),
    ],
)
def test_what_does_not_fit_is_named_and_nobody_is_made(ada, values, field):
    with pytest.raises(ValidationError) as error:
        services.create_person(**{"username": "vic", "actor": ada, **values})

    assert field in error.value.message_dict
    assert list(User.objects.values_list("username", flat=True)) == ["ada"]


def test_a_change_tells_what_was_and_what_is(ada):
    vic = make_user("vic", "viewer", department="sales", full_name="Vic Vale")

    services.change_person(person=vic, actor=ada, department="hr", roles=["viewer", "steward"])
    services.change_person(person=vic, actor=ada, department="hr")  # nothing more to tell

    changes = {"department": "hr", "roles": ["steward", "viewer"]}
    before = {"department": "sales", "roles": ["viewer"]}
    assert facts("people.changed") == [{"username": "vic", "before": before, "after": changes}]
    vic.refresh_from_db()
    assert vic.get_full_name() == "Vic Vale"


@pytest.mark.parametrize(
    "values",
    [
        {"clearance": 3},
        {"roles": ["administrator", "steward"]},
        {"department": "finance"},
        {"location": "moon"},
        {"team": "Sales"},
    ],
)
def test_nobody_changes_what_policies_read_of_themselves(ada, values):
    Team.objects.create(name="Sales")

    with pytest.raises(Refused, match="Nobody changes their own"):
        services.change_person(person=ada, actor=ada, email="new@example.org", **values)

    ada.refresh_from_db()
    assert (ada.clearance, ada.department, ada.email, ada.team) == (1, "", "", None)
    assert [role.name for role in ada.groups.all()] == ["administrator"]
    services.change_person(person=ada, actor=ada, full_name="Ada Oduya", email="ada@example.org", clearance=1)
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


def test_the_last_who_may_change_roles_keeps_the_role_and_the_account(ada):
    eve = make_user("eve", "privacy_officer")

    with pytest.raises(Refused, match="Nobody could change roles"):
        services.change_person(person=ada, actor=eve, roles=[])
    with pytest.raises(Refused, match="Nobody could change roles"):
        services.deactivate_person(person=ada, actor=eve)
    ada.refresh_from_db()
    assert ada.is_active

    make_user("bea", "administrator")
    services.deactivate_person(person=ada, actor=eve)
    ada.refresh_from_db()
    assert not ada.is_active


def test_a_closed_account_has_no_session_and_no_token_and_they_do_not_come_back(ada, client):
    vic = make_user("vic", "viewer")
    token = make_token(vic)
    client.login(username="vic", password=PASSWORD, request=client.get("/account/login/").wsgi_request)
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/account/tokens/").status_code == 200
    assert Client().get("/api/v1/me/", headers=headers).status_code == 200

    services.deactivate_person(person=vic, actor=ada)
    services.deactivate_person(person=vic, actor=ada)
    assert client.get("/account/tokens/").status_code == 302
    assert Client().get("/api/v1/me/", headers=headers).status_code == 401
    with pytest.raises(Refused, match="closed"):
        services.password_link(person=User.objects.get(pk=vic.pk), actor=ada)

    services.reactivate_person(person=vic, actor=ada)
    services.reactivate_person(person=vic, actor=ada)
    assert client.get("/account/tokens/").status_code == 302
    assert Client().get("/api/v1/me/", headers=headers).status_code == 401
    assert ApiToken.objects.filter(revoked_at__isnull=True).count() == 0
    assert facts("people.deactivated") == [{"username": "vic", "tokens_revoked": 1}]
    assert facts("people.reactivated") == [{"username": "vic"}]
    with pytest.raises(Refused, match="their own account"):
        services.deactivate_person(person=ada, actor=ada)


def test_who_has_all_rights_gets_no_link_from_others(ada):
    root = make_user("root", is_superuser=True)

    with pytest.raises(Refused, match="all rights"):
        services.password_link(person=root, actor=ada)
