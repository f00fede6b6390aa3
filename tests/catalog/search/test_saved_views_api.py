"""Saved views for programs, through the same services as the page."""

import json

import pytest
from django.test import Client

from accesscontrol.audit.models import Entry
from accesscontrol.teams.services import add_member, create_team
from catalog.savedviews.models import SavedView
from catalog.savedviews.services import save_view
from tests.build import make_token, make_user

URL = "/api/v1/saved-views/"


@pytest.fixture
def ann(db):
    return make_user("ann", "viewer")


@pytest.fixture
def bob(ann):
    return make_user("bob", "viewer")


@pytest.fixture
def together(ann, bob):
    team = create_team(name="Alpha", actor="tests")
    chief = make_user("chief", "administrator")
    for person in (ann, bob):
        add_member(team=team, person=person, actor=chief)
        person.refresh_from_db()
    return team


class Program(Client):
    """JSON with a token."""

    def __init__(self, user):
        super().__init__(headers={"Authorization": f"Bearer {make_token(user)}"})

    def send(self, method, path, body):
        return self.generic(method, path, json.dumps(body), content_type="application/json")


def names(api):
    return [row["name"] for row in api.get(URL).json()["results"]]


def test_a_view_is_saved_renamed_and_deleted(ann):
    api = Program(ann)

    made = api.send("POST", URL, {"name": " Orders ", "query": "q=orders&kind=table&page=3"})

    assert made.status_code == 201
    row = made.json()
    code = row["code"]
    assert (row["name"], row["query"]) == ("Orders", "q=orders&kind=table")
    assert (row["owner"], row["team"]) == ("ann", None)
    assert api.get(f"{URL}{code}/").json() == row
    assert api.send("PATCH", f"{URL}{code}/", {"name": "All orders"}).json() == {**row, "name": "All orders"}
    assert names(api) == ["All orders"]
    assert api.delete(f"{URL}{code}/").status_code == 204
    assert names(api) == []
    actions = ["search.view_saved", "search.view_changed", "search.view_deleted"]
    told = Entry.objects.filter(object_id=code).order_by("id")
    assert [(entry.action, entry.actor) for entry in told] == [(action, "ann") for action in actions]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "orders"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"query": "q=x"}, "name"),
        ({"name": "x", "query": "q" * 3001}, "query"),
        ({"name": "x", "shared": True}, "shared"),
    ],
)
def test_what_is_wrong_is_named(ann, given, field):
    save_view(owner=ann, name="Orders", query="q=orders")

    response = Program(ann).send("POST", URL, given)

    assert response.status_code == 400
    assert field in [each["field"] for each in response.json()["errors"]]
    assert SavedView.objects.count() == 1


def test_shared_views_are_seen_by_the_team_and_changed_by_their_owner(ann, bob, together):
    save_view(owner=ann, name="Mine", query="q=mine")
    shared = f"{URL}{save_view(owner=ann, name='Ours', query='q=ours', shared=True).code}/"
    api = Program(bob)

    assert names(api) == ["Ours"]
    assert api.get(shared).json()["team"] == "Alpha"
    assert api.send("PATCH", shared, {"name": "x"}).status_code == 403
    assert api.delete(shared).status_code == 403
    assert names(Program(make_user("eve", "viewer"))) == []
    assert Program(ann).send("PATCH", shared, {"name": "All ours"}).json()["team"] == "Alpha"
    assert Program(ann).send("PATCH", shared, {"shared": False}).json()["team"] is None
    assert names(api) == []
