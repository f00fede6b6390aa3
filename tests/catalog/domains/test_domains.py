"""Domains on pages and through the API."""

import json

import pytest
from django.urls import reverse

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset
from catalog.domains.models import Domain
from catalog.domains.services import save_domain
from tests.build import make_asset, make_token, make_user

URL = "/catalog/domains/"
API = "/api/v1/domains/"


@pytest.fixture
def browser(ana, signed_in):
    return signed_in(ana)


def test_a_domain_is_added_with_its_steward(browser):
    stella = make_user("stella", "steward")

    response = browser.post(f"{URL}add/", {"name": "Customer care", "slug": "", "steward": stella.pk})

    domain = Domain.objects.get()
    assert response.url == f"{URL}{Domain.objects.get().code}/"
    assert (domain.slug, domain.name, domain.steward) == ("customer-care", "Customer care", stella)
    details = json.loads(Entry.objects.get(action="domains.saved").body)["details"]
    assert (details["before"], details["after"]["steward"]) == (None, "stella")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "表"}, "slug"),
        ({"name": "Sales", "slug": "no spaces"}, "slug"),
        ({"name": "Taken"}, "name"),
        ({"name": "Sales", "steward": "0"}, "steward"),
    ],
)
def test_bad_input_is_named_by_its_field(browser, form, field):
    save_domain(actor="tests", slug="other", name="Taken")

    response = browser.post(f"{URL}add/", form)

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]


def test_a_domain_is_changed(browser):
    domain = save_domain(actor="tests", slug="sales", name="Sales")

    browser.post(reverse("catalog:domain-edit", args=[domain.code]), {"name": "Sales!", "slug": "sales"})

    assert Domain.objects.get().name == "Sales!"


def test_the_list_counts_what_the_reader_may_see(browser):
    domain = save_domain(actor="tests", slug="sales", name="Sales")
    make_asset(domain=domain)

    page = browser.get(URL)

    assert [(row.domain.name, row.assets) for row in page.context["places"]] == [("Sales", 1)]
    assert "Nobody" in page.text


def test_a_viewer_reads_but_does_not_change(vera, signed_in):
    domain = save_domain(actor="tests", slug="sales", name="Sales")
    browser = signed_in(vera)

    assert browser.get(URL).status_code == 200
    assert "Add a domain" not in browser.get(URL).text
    assert browser.post(f"{URL}add/", {"name": "x"}).status_code == 403
    assert browser.get(reverse("catalog:domain-edit", args=[domain.code])).status_code == 403


def test_the_api_adds_changes_and_removes(ana, client):
    make_user("stella", "steward")
    headers = {"Authorization": f"Bearer {make_token(ana)}"}
    told = {"content_type": "application/json", "headers": headers}

    made = client.post(API, {"slug": "sales", "name": "Sales", "steward": "stella"}, **told)
    one = f"{API}{made.json()['code']}/"
    make_asset(domain=Domain.objects.get())
    changed = client.patch(one, {"name": "Selling"}, **told)
    replaced = client.put(one, {"slug": "selling", "name": "Selling"}, **told)
    gone = client.delete(one, **told)

    assert (made.status_code, made.json()["steward"]) == (201, "stella")
    assert (changed.json()["name"], changed.json()["steward"]) == ("Selling", "stella")
    assert replaced.json()["slug"] == "selling"
    assert gone.status_code == 204
    assert Asset.objects.get().domain is None
    assert json.loads(Entry.objects.get(action="domains.deleted").body)["details"]["assets"] == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x"}, "slug"),
        ({"slug": "no spaces", "name": "x"}, "slug"),
        ({"slug": "x", "name": "x", "steward": "nobody"}, "steward"),
        ({"slug": "taken", "name": "x"}, "slug"),
    ],
)
def test_the_api_names_bad_input(ana, client, body, field):
    save_domain(actor="tests", slug="taken", name="Taken")
    headers = {"Authorization": f"Bearer {make_token(ana)}"}

    response = client.post(API, body, content_type="application/json", headers=headers)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
