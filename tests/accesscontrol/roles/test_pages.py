"""Roles on pages and through the API: who looks, who changes, who may not even know."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accesscontrol.roles.models import Role
from accesscontrol.roles.reads import permissions_of
from tests.build import make_token, make_user

pytestmark = pytest.mark.django_db

LIST, API = "/access/roles/", "/api/v1/roles/"


def enter(client, *roles):
    user = make_user("ada", *roles)
    client.force_login(user)
    return client


@pytest.fixture
def administrator(client):
    return enter(client, "administrator")


def viewer():
    return Role.objects.get(name="viewer")


def held():
    return permissions_of([viewer()])[viewer().pk]


def test_the_matrix_shows_every_role_and_permission_and_filters(administrator):
    page = administrator.get(LIST).content.decode()
    assert page.count('scope="col"') == Role.objects.count() + 1
    assert "catalog.view_asset" in page
    assert "auth.add_group" not in page

    found = administrator.get(LIST, {"q": "VIEW asset", "floor": "catalog"}).content.decode()
    assert "catalog.view_asset" in found
    assert "catalog.change_asset" not in found
    assert "lineage.view_" not in found
    assert "No permission fits" in administrator.get(LIST, {"q": "zzz"}).content.decode()
    assert administrator.get(LIST, {"floor": "cellar"}).status_code == 200


def test_the_matrix_takes_the_same_queries_for_any_number_of_roles(administrator):
    administrator.get(LIST)
    with CaptureQueriesContext(connection) as few:
        administrator.get(LIST)
    Role.objects.bulk_create(Role(name=f"r{at}") for at in range(20))
    with CaptureQueriesContext(connection) as many:
        administrator.get(LIST)

    assert len(few) == len(many)


def test_a_role_is_made_filled_renamed_and_deleted_on_pages(administrator):
    assert administrator.get(f"{LIST}new/").status_code == 200
    made = administrator.post(f"{LIST}new/", {"name": "curators"})["Location"]
    assert administrator.post(f"{LIST}new/", {"name": "curators"}).status_code == 400

    sent = {"permissions": ["catalog.view_asset", "catalog.change_asset"]}
    assert administrator.post(f"{made}permissions/", sent)["Location"] == made
    page = administrator.get(made).content.decode()
    assert page.count(" checked") == 2
    assert "roles.changed" in page
    assert administrator.post(f"{made}permissions/", {"permissions": ["catalog.fly"]}).status_code == 404

    assert administrator.post(f"{made}rename/", {"name": "viewer"}).status_code == 400
    assert administrator.post(f"{made}rename/", {"name": "keepers"}).status_code == 302
    assert administrator.post(f"{made}delete/").status_code == 302
    assert administrator.get(made).status_code == 404


def test_a_refusal_is_a_sentence(administrator):
    number = Role.objects.get(name="administrator").pk

    locked = administrator.post(f"{LIST}{number}/permissions/", {"permissions": []})
    assert locked.status_code == 409
    assert "Nobody could change roles any more" in locked.content.decode()
    assert "1 account holds the role" in administrator.post(f"{LIST}{number}/delete/").content.decode()
    assert "platform-administrators" in administrator.get(f"{LIST}{number}/").content.decode()


def test_an_auditor_looks_and_changes_nothing(client):
    auditor, number = enter(client, "auditor"), viewer().pk

    page = auditor.get(f"{LIST}{number}/").content.decode()
    assert " disabled" in page
    assert "Save permissions" not in page
    for address in ("permissions", "rename", "delete"):
        assert auditor.post(f"{LIST}{number}/{address}/", {"name": "x"}).status_code == 403
    assert auditor.get(f"{LIST}new/").status_code == 403
    assert viewer().name == "viewer"


def test_others_learn_nothing_of_roles(client):
    stranger, number = enter(client, "viewer"), viewer().pk

    for address in (LIST, f"{LIST}{number}/", f"{LIST}0/", f"{LIST}new/"):
        assert stranger.get(address).status_code == 403
    for address in ("permissions", "rename", "delete"):
        assert stranger.post(f"{LIST}{number}/{address}/").status_code == 403
    for address in (API, f"{API}{number}/"):
        assert stranger.get(address).status_code == 403
    body = {"permissions": []}
    for send, address in (
        (client.patch, f"{API}{number}/"),
        (client.delete, f"{API}{number}/"),
        (client.post, API),
    ):
        assert send(address, body, content_type="application/json").status_code == 403
    client.logout()
    assert client.get(LIST)["Location"].startswith("/account/login/")
    assert client.get(API).status_code == 401


@pytest.fixture
def api(client):
    token = make_token(make_user("ada", "administrator"))

    def call(method, address, body=None):
        send = getattr(client, method)
        headers = {"Authorization": f"Bearer {token}"}
        return send(address, body or {}, content_type="application/json", headers=headers)

    return call


def test_roles_through_the_api(api):
    listed = {row["name"]: row for row in api("get", API).json()["results"]}
    assert listed["viewer"]["holders"] == 0
    assert set(listed["viewer"]["permissions"]) == held()

    made = api("post", API, {"name": "curators", "permissions": ["catalog.view_asset"]})
    assert (made.status_code, made.json()["permissions"]) == (201, ["catalog.view_asset"])
    here = f"{API}{made.json()['id']}/"
    changed = api("patch", here, {"name": "keepers", "permissions": []}).json()
    assert (changed["name"], changed["permissions"]) == ("keepers", [])
    assert api("get", here).json() == changed
    assert api("delete", here).status_code == 204
    assert api("get", here).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "viewer"}, "name"),
        ({"name": "x", "permissions": ["a.b"]}, "permissions"),
        ({"name": "x", "permissions": "a.b"}, "permissions"),
    ],
)
def test_bad_input_names_its_field(api, body, field):
    answer = api("post", API, body)

    assert answer.status_code == 400
    assert field in answer.json()["errors"][0]["field"]


def test_a_refusal_of_the_api_is_409(api):
    number = Role.objects.get(name="administrator").pk

    assert api("patch", f"{API}{number}/", {"permissions": []}).status_code == 409
    assert api("delete", f"{API}{number}/").status_code == 409
