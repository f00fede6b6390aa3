"""What a page says to programs: the endpoint is there, answers its reader, and is asked what the page was."""

import csv
import shlex
from io import StringIO
from uuid import uuid4

import pytest
from django.urls import get_resolver, resolve, reverse

from govportal.twins import endpoint, twins
from tests.build import make_asset, make_policy, make_user

pytestmark = pytest.mark.django_db


def rows(answer):
    return list(csv.DictReader(StringIO(answer.content.decode().removeprefix("\ufeff"))))


def ids(name):
    """Some ids, for the address of this page."""
    names = reversed(name.split(":"))
    own, area = next(names), next(names, None)
    found = get_resolver() if area is None else get_resolver().namespace_dict[area][1]
    (_, _, _, converters), *_ = found.reverse_dict.getlist(own)
    return {key: 1 if type(each).__name__ == "IntConverter" else uuid4() for key, each in converters.items()}


@pytest.mark.parametrize("name", twins())
def test_a_page_has_the_ids_that_its_endpoint_takes(name):
    asked = resolve(reverse(name, kwargs=ids(name)))

    found = resolve(endpoint(twins()[name]["api"], asked))

    assert found.kwargs == asked.kwargs
    assert not twins()[name].get("list") or found.func.actions["get"] == "list"


@pytest.mark.parametrize("name", [name for name in twins() if not ids(name)])
def test_a_page_says_in_one_place_how_programs_read_it(client, name):
    client.force_login(make_user("ada", "administrator"))

    page = client.get(reverse(name))

    assert page.content.decode().count("For programs") == 1
    assert b">API<" not in page.content


def test_announcements_are_asked_for_in_the_state_that_the_page_shows(client):
    client.force_login(make_user("ana", "viewer"))

    page = client.get("/announcements/", {"state": "ended"}).context["twin"]

    assert page.address == "/api/v1/announcements/?state=ended"


def test_a_page_leads_to_its_endpoint_with_what_both_read(client):
    client.force_login(make_user("ana", "viewer"))
    make_policy("all")
    asset = make_asset("shop.public.orders")

    page = client.get(f"{asset.get_absolute_url()}history/?impact=strict").context["twin"]

    assert page.address == f"/api/v1/assets/{asset.code}/versions/"
    assert page.python.endswith(f'Portal().requests.get("assets/{asset.code}/versions/")')
    assert page.csv == ""


def test_odd_words_are_quoted_for_the_shell(client):
    client.force_login(make_user("ana", "viewer"))

    page = client.get("/catalog/", {"q": "it's $HOME"}).context["twin"]

    *_, url = shlex.split(page.curl)
    assert url == "http://testserver/api/v1/search/?q=it%27s+%24HOME"
    assert page.python.endswith('"search/", {"q": "it\'s $HOME"})')


def test_a_list_is_a_sheet_of_what_the_reader_sees(client):
    client.force_login(make_user("ana", "viewer"))
    make_policy("shop", {"attribute": "resource.name", "operator": "starts_with", "value": "shop."})
    make_asset("hr.public.salaries")
    make_asset("shop.public.orders", description="=1+1")

    answer = client.get(reverse("api-asset-list"), {"format": "csv"})

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="assets.csv"'
    assert [(row["name"], row["description"]) for row in rows(answer)] == [("shop.public.orders", "'=1+1")]


def test_a_sheet_has_all_rows_and_an_error_stays_a_problem(client):
    client.force_login(make_user("ana", "viewer"))
    make_policy("all")
    for number in range(60):
        make_asset(f"shop.public.t{number}")

    assert len(rows(client.get("/api/v1/assets/", headers={"Accept": "text/csv"}))) == 60
    assert len(client.get("/api/v1/assets/").json()["results"]) == 50
    wrong = client.get("/api/v1/assets/?format=csv&page=7")
    assert (wrong.status_code, wrong.json()["status"]) == (404, 404)
    assert client.get("/api/v1/assets/?format=xml").status_code == 404
