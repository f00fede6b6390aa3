"""Accounts on pages and through the API."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accesscontrol.identity.models import ApiToken, Team, User
from accesscontrol.identity.services import issue_token
from tests.build import make_asset, make_grant, make_token, make_user

pytestmark = pytest.mark.django_db

LIST, API = "/access/people/", "/api/v1/people/"
NOBODY = "00000000-0000-0000-0000-000000000000"
LINK = 'id="link"'
FORM = {"full_name": "Vic Vale", "clearance": "1", "roles": ["viewer"]}


@pytest.fixture
def administrator(client):
    client.force_login(make_user("ada", "administrator"))
    return client


def shown(page):
    return re.findall(r'<span class="sub">(\S+?)[ <]', page.content.decode())


def test_the_list_is_found_by_what_people_know(administrator):
    team = Team.objects.create(name="Sales")
    make_user("vic", "viewer", full_name="Victor Vale", department="hr", team="Sales")
    make_user("pep", is_service=True)
    User.objects.filter(pk=make_user("gone").pk).update(is_active=False)

    assert shown(administrator.get(LIST)) == ["ada", "pep", "vic"]
    for asked, found in (
        ({"q": "VALE"}, ["vic"]),
        ({"role": "viewer"}, ["vic"]),
        ({"team": team.name}, ["vic"]),
        ({"department": "hr"}, ["vic"]),
        ({"kind": "service"}, ["pep"]),
        ({"kind": "person"}, ["ada", "vic"]),
        ({"state": "closed"}, ["gone"]),
        ({"state": ""}, ["ada", "gone", "pep", "vic"]),
        ({"role": "king", "team": "x"}, ["ada", "pep", "vic"]),  # what means nothing asks for nothing
        ({"q": "zzz"}, []),
    ):
        assert shown(administrator.get(LIST, asked)) == found, asked


def test_the_list_takes_the_same_queries_for_any_length(administrator):
    administrator.get(LIST)
    with CaptureQueriesContext(connection) as few:
        administrator.get(LIST)
    for at in range(10):
        make_user(f"p{at}", "viewer", "steward", team="Sales")
    with CaptureQueriesContext(connection) as many:
        administrator.get(LIST)

    assert len(many) == len(few)


def test_an_account_with_all_rights_is_said(administrator):
    assert "with all rights" not in administrator.get(LIST).content.decode()
    make_user("root", is_superuser=True)
    page = administrator.get(LIST).content.decode()

    assert "1 account with all rights" in page
    assert "root · all rights" in page


def test_a_page_shows_what_is_known_and_no_secret(administrator):
    vic = make_user("vic", "viewer", department="hr", location="Bonn")
    token = make_token(vic)
    make_grant(vic, make_asset())

    page = administrator.get(f"{LIST}{vic.code}/").content.decode()

    for told in ("viewer", "hr", "Bonn", "Internal", "a test", f"{token[:10]}…"):
        assert told in page
    assert token not in page
    assert ApiToken.objects.get().digest not in page


def test_a_person_is_made_and_the_link_is_shown_once(administrator):
    assert administrator.get(f"{LIST}new/").status_code == 200
    answer = administrator.post(f"{LIST}new/", {**FORM, "username": "vic", "is_superuser": "on"})

    assert LINK in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    vic = User.objects.get(username="vic")
    assert (vic.is_superuser, vic.is_staff, vic.get_full_name()) == (False, False, "Vic Vale")
    assert LINK not in administrator.get(f"{LIST}{vic.code}/").content.decode()
    twice = administrator.post(f"{LIST}new/", {**FORM, "username": "vic"})
    assert twice.status_code == 400
    assert "There is an account of this name already." in twice.content.decode()


def test_a_service_account_is_made_and_given_a_token(administrator):
    page = administrator.post(f"{LIST}new/", {**FORM, "username": "pep", "is_service": "on"}).content.decode()
    assert LINK not in page
    pep = User.objects.get(username="pep")
    here = f"{LIST}{pep.code}/"

    assert administrator.post(f"{here}tokens/", {"name": "x"}).status_code == 400
    asked = {"name": "gateway", "scopes": ["read"], "lifetime": "30"}
    answer = administrator.post(f"{here}tokens/", asked)
    secret = re.search(r"gvp_[\w-]+(?=</code>)", answer.content.decode()).group()
    me = administrator.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
    assert me.json()["username"] == "pep"

    token = pep.tokens.get()
    assert administrator.post(f"{here}tokens/{token.code}/revoke/").status_code == 302
    assert administrator.post(f"{here}tokens/{token.code}/revoke/").status_code == 404
    assert administrator.post(f"{LIST}{make_user('vic').code}/tokens/", asked).status_code == 409


def test_an_account_is_edited_closed_and_opened_on_pages(administrator):
    vic = make_user("vic")
    here = f"{LIST}{vic.code}/"
    assert administrator.get(f"{here}edit/").status_code == 200

    assert administrator.post(f"{here}edit/", {**FORM, "department": "hr"})["Location"] == here
    assert "people.changed" in administrator.get(here).content.decode()
    wrong = administrator.post(f"{here}edit/", {**FORM, "clearance": "9", "roles": ["king"]})
    assert wrong.status_code == 400
    assert LINK in administrator.post(f"{here}link/").content.decode()
    assert administrator.post(f"{here}deactivate/").status_code == 302
    assert administrator.post(f"{here}link/").status_code == 409
    assert "Open the account again" in administrator.get(here).content.decode()
    assert administrator.post(f"{here}reactivate/").status_code == 302
    vic.refresh_from_db()
    assert (vic.department, vic.is_active) == ("hr", True)


def test_ones_own_clearance_is_refused_beside_the_form(administrator):
    ada = User.objects.get(username="ada")
    sent = {"clearance": "3", "roles": ["administrator"]}

    answer = administrator.post(f"{LIST}{ada.code}/edit/", sent)

    assert answer.status_code == 400
    assert "Nobody changes their own clearance" in answer.content.decode()
    assert administrator.post(f"{LIST}{ada.code}/deactivate/").status_code == 409


def test_an_auditor_looks_and_changes_nothing(client):
    auditor, vic = make_user("aud", "auditor"), make_user("vic")
    client.force_login(auditor)
    here = f"{LIST}{vic.code}/"

    assert client.get(LIST).status_code == client.get(here).status_code == 200
    assert "Close the account" not in client.get(here).content.decode()
    assert client.get(f"{LIST}new/").status_code == client.get(f"{here}edit/").status_code == 403
    for address in ("edit", "deactivate", "reactivate", "link", "tokens", f"tokens/{NOBODY}/revoke"):
        assert client.post(f"{here}{address}/", FORM).status_code == 403


@pytest.mark.parametrize("role", ["viewer", "steward", "privacy_officer"])
def test_others_learn_nothing_of_people(client, role):
    vic = make_user("vic")
    token, _ = issue_token(user=vic, name="t", scopes=["read"], actor="vic")
    client.force_login(make_user("someone", role))

    for code in (vic.code, NOBODY):
        here = f"{LIST}{code}/"
        assert {client.get(each).status_code for each in (LIST, here, f"{here}edit/")} == {403}
        for address in ("edit", "deactivate", "reactivate", "link", "tokens", f"tokens/{token.code}/revoke"):
            assert client.post(f"{here}{address}/", FORM).status_code == 403
        assert client.get(f"{API}{code}/").status_code == 403
        for name in ("deactivate", "reactivate", "password-link"):
            assert client.post(f"{API}{code}/{name}/").status_code == 403
        assert client.patch(f"{API}{code}/", {}, content_type="application/json").status_code == 403
    assert client.get(API).status_code == client.post(API).status_code == 403
    assert User.objects.get(pk=vic.pk).is_active


def test_what_does_not_exist_is_404(administrator):
    for address in ("", "edit/"):
        assert administrator.get(f"{LIST}{NOBODY}/{address}").status_code == 404
    assert administrator.get(f"{API}{NOBODY}/").status_code == 404


@pytest.fixture
def api(client):
    token = make_token(make_user("ada", "administrator"))

    def call(method, address, body=None):
        headers = {"Authorization": f"Bearer {token}"}
        send = getattr(client, method)
        return send(address, body or {}, content_type="application/json", headers=headers)

    return call


def test_people_through_the_api(api):
    made = api("post", API, {"username": "vic", "roles": ["viewer"], "clearance": 2})
    assert made.status_code == 201
    here = f"{API}{made.json()['code']}/"
    assert api("patch", here, {"department": "hr", "is_superuser": True}).json()["department"] == "hr"
    assert api("get", here).json()["is_superuser"] is False
    assert api("get", here).json()["roles"] == ["viewer"]
    link = api("post", f"{here}password-link/")
    assert (link.status_code, "/account/password/" in link.json()["address"]) == (201, True)
    assert api("post", f"{here}deactivate/").json()["is_active"] is False
    assert api("post", f"{here}reactivate/").json()["is_active"] is True
    assert api("get", f"{API}?username=vic").json()["count"] == 1
    assert "password" not in api("get", here).json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "username"),
        ({"username": "ada"}, "username"),
        ({"username": "v", "clearance": 4}, "clearance"),
        ({"username": "v", "team": "x"}, "team"),
        ({"username": "v", "roles": ["x"]}, "roles"),
    ],
)
def test_bad_input_names_its_field(api, body, field):
    answer = api("post", API, body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_ones_own_roles_are_refused_with_409(api):
    here = f"{API}{User.objects.get(username='ada').code}/"

    assert api("patch", here, {"roles": []}).status_code == 409
    assert api("post", f"{here}deactivate/").status_code == 409
