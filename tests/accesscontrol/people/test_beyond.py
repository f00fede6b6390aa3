"""Nobody makes an account, or takes the keys of one, that may do what they may not."""

import pytest
from django.contrib.auth.models import Group

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import ApiToken, Team, User
from accesscontrol.roles.services import create_role
from tests.build import make_token, make_user

pytestmark = pytest.mark.django_db

RIGHTS = [f"accesscontrol.{verb}_user" for verb in ("view", "add", "change")]
PEOPLE, API = "/access/people/", "/api/v1/people/"


@pytest.fixture
def helpdesk(client):
    create_role(name="helpdesk", actor="tests", permissions=RIGHTS)
    create_role(name="reception", actor="tests", permissions=RIGHTS[:1])
    hal = make_user("hal", "helpdesk")
    client.force_login(hal)
    return hal


def sent(client, method, address, user, body):
    token = {"Authorization": f"Bearer {make_token(user)}"}
    return getattr(client, method)(address, body, content_type="application/json", headers=token)


def test_a_helpdesk_makes_no_administrators(client, helpdesk):
    made = {"username": "puppet", "roles": ["administrator"]}
    vic = make_user("vic")

    assert sent(client, "post", API, helpdesk, made).status_code == 409
    answer = sent(client, "patch", f"{API}{vic.code}/", helpdesk, {"roles": ["administrator"]})
    assert answer.status_code == 409
    assert not User.objects.filter(groups__name="administrator").exists()
    assert sent(client, "patch", f"{API}{vic.code}/", helpdesk, {"roles": ["reception"]}).status_code == 200


def test_a_role_that_one_may_not_give_may_stay(client, helpdesk):
    ada = make_user("ada", "administrator")

    answer = sent(
        client, "patch", f"{API}{ada.code}/", helpdesk, {"roles": ["administrator"], "email": "a@b.de"}
    )

    assert answer.status_code == 200


def test_a_helpdesk_does_not_choose_an_administrators_password(client, helpdesk):
    ada, vic = make_user("ada", "administrator"), make_user("vic", "reception")

    assert client.post(f"{PEOPLE}{ada.code}/link/").status_code == 409
    assert sent(client, "post", f"{API}{ada.code}/password-link/", helpdesk, {}).status_code == 409
    assert not Entry.objects.filter(action="people.password_link_made").exists()
    assert sent(client, "post", f"{API}{vic.code}/password-link/", helpdesk, {}).status_code == 201


def test_nor_takes_a_token_of_a_stronger_program(client, helpdesk):
    robot = make_user("robot", "administrator", is_service=True)

    answer = client.post(f"{PEOPLE}{robot.code}/tokens/", {"name": "mine", "scopes": ["write"]})

    assert answer.status_code == 409
    assert not ApiToken.objects.filter(user=robot).exists()


def test_the_back_office_changes_no_account_past_the_log(client):
    client.force_login(make_user("root", is_superuser=True))
    vic, team = make_user("vic", "viewer"), Team.objects.create(name="Sales")
    pages = [f"/admin/accesscontrol/user/{vic.pk}/", f"/admin/accesscontrol/team/{team.pk}/"]

    for page in pages:
        shown = client.get(f"{page}change/")
        assert shown.status_code == 200
        assert vic.password not in shown.content.decode()
        assert client.post(f"{page}change/", {"clearance": 3, "name": "x"}).status_code == 403
        assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/accesscontrol/user/add/").status_code == 403
    assert Group.objects.filter(user=vic).exists()
