"""The Access pages share their tabs; nobody sees one that leads to a closed door."""

import re

import pytest

from accesscontrol.tabs import TABS, tabs
from tests.build import make_user

pytestmark = pytest.mark.django_db

MENU = re.compile(r'<nav class="mainnav".*?</nav>', re.DOTALL)


def labels(user, path="/access/policies/"):
    return [tab.label for tab in tabs(user, path)]


def test_a_tab_shows_where_its_door_opens():
    ada, vic, rob = make_user("ada", "administrator"), make_user("vic", "viewer"), make_user("rob", "auditor")

    assert {"Policies", "Explain"} <= set(labels(ada))
    assert "Policies" in labels(rob)
    assert "Explain" not in labels(rob)  # auditors may read policies, not explain
    assert {"Policies", "Explain"}.isdisjoint(labels(vic))


def test_a_page_that_does_not_exist_yet_has_no_tab(monkeypatch):
    monkeypatch.setattr("accesscontrol.tabs.TABS", [*TABS, ("Nowhere", "nowhere:list")])

    assert "Nowhere" not in labels(make_user("ada", "administrator"))


@pytest.mark.parametrize(
    ("path", "current"),
    [("/access/policies/new/", "Policies"), ("/access/explain/", "Explain"), ("/access/", None)],
)
def test_the_tab_of_the_page_is_marked(path, current):
    found = tabs(make_user("ada", "administrator"), path)

    assert next((tab.label for tab in found if tab.current), None) == current


def test_the_menu_leads_to_the_first_open_tab(client):
    client.force_login(make_user("ada", "administrator"))

    page = client.get("/access/explain/").content.decode()

    menu = MENU.search(page).group()
    assert '<a href="/access/policies/" aria-current="page">Access</a>' in menu
    assert '<a href="/access/explain/" aria-current="page">Explain</a>' in page
