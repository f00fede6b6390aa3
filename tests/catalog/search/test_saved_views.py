"""Searches with a name: one's own, or shared with one's team."""

import pytest

from accesscontrol.audit.models import Entry
from accesscontrol.teams.services import add_member, create_team
from catalog.savedviews.models import SavedView
from catalog.savedviews.services import save_view
from tests.build import make_asset, make_user

URL = "/catalog/views/"


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


def names(browser):
    return [view.name for view in browser.get(URL).context["views"]]


def test_a_search_is_saved_opened_renamed_and_deleted(ann, signed_in):
    browser = signed_in(ann)
    form = browser.get(f"{URL}new/?q=orders&kind=table&page=3&x=y").context["form"]

    browser.post(f"{URL}new/", {"name": " Orders ", "query": form["query"].value()})

    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Orders", "q=orders&kind=table")
    assert view.get_absolute_url() == "/catalog/?q=orders&kind=table"
    assert "Orders" in browser.get(f"{URL}part/").text
    browser.post(f"{URL}{view.code}/edit/", {"name": "All orders"})
    assert names(browser) == ["All orders"]
    browser.post(f"{URL}{view.code}/delete/")
    assert names(browser) == []
    actions = ["search.view_saved", "search.view_changed", "search.view_deleted"]
    told = Entry.objects.filter(object_id=str(view.code)).order_by("id")
    assert [(entry.action, entry.actor) for entry in told] == [(action, "ann") for action in actions]


@pytest.mark.parametrize("name", ["orders", "", "x" * 81])
def test_a_name_is_ones_own_once(ann, bob, signed_in, name):
    save_view(owner=ann, name="Orders", query="q=orders")
    save_view(owner=bob, name="Orders", query="q=orders")

    response = signed_in(ann).post(f"{URL}new/", {"name": name, "query": "q=x"})

    assert response.status_code == 400
    assert "name" in response.context["form"].errors
    assert SavedView.objects.count() == 2


def test_views_are_for_their_owner_alone_unless_shared(ann, bob, together, signed_in):
    save_view(owner=ann, name="Mine", query="q=mine")
    shared = save_view(owner=ann, name="Ours", query="q=ours", shared=True)
    browser = signed_in(bob)

    assert names(browser) == ["Ours"]
    assert browser.post(f"{URL}{shared.code}/delete/").status_code == 404
    assert browser.post(f"{URL}{shared.code}/edit/", {"name": "x"}).status_code == 403
    assert names(signed_in(make_user("eve", "viewer"))) == []


def test_who_is_in_no_team_cannot_share(ann, signed_in):
    response = signed_in(ann).post(f"{URL}new/", {"name": "x", "query": "", "shared": "on"})

    assert response.status_code == 400
    assert "shared" in response.context["form"].errors


def test_each_finds_what_they_may_see(ann, bob, together, signed_in):
    make_asset("shop.orders")
    shared = save_view(owner=ann, name="Ours", query="q=orders", shared=True)

    assert signed_in(bob).get(shared.get_absolute_url()).context["total"] == 0
