"""Before a decision and after it: simulations, coverage, who, what and why, in the browser."""

import json

import pytest
from playwright.sync_api import expect

from accesscontrol.policysets.reads import documents_in_force
from catalog.domains.models import Domain
from tests.build import make_asset, make_grant, make_policy, make_user

CLEARED = {"attribute": "user.clearance", "operator": ">=", "value_from": "resource.sensitivity"}
VIEWERS = {"attribute": "user.roles", "operator": "contains", "value": "viewer"}
SECRETS = {
    "name": "secrets-are-closed",
    "effect": "forbid",
    "actions": ["view"],
    "conditions": [
        {"attribute": "user.roles", "operator": "contains", "value": "viewer"},
        {"attribute": "resource.sensitivity", "operator": ">=", "value": "confidential"},
    ],
}


@pytest.fixture
def orders(ada):
    """bob and eve see what they are cleared for; cas holds a grant of the orders."""
    sales = Domain.objects.create(name="Sales", slug="sales")
    orders = make_asset("shop.public.orders", sensitivity=2, domain=sales)
    make_asset("shop.public.products", sensitivity=0, domain=sales)
    make_asset("shop.public.unrated", kind="view")
    make_user("bob", "viewer", clearance=0, department="shop")
    make_user("eve", "viewer", clearance=3, department="finance", full_name="Eve Marsh")
    make_policy("cleared-viewers", VIEWERS, CLEARED)
    everybody = {"attribute": "user.username", "operator": "exists", "value": True}
    make_policy("names-are-known", everybody, actions=["discover"])
    make_grant(make_user("cas", "viewer", clearance=0), orders)
    return orders


def test_policies_are_simulated_before_they_decide_anything(eager, live, enter, refused, axe, orders):
    page = enter("ada", "/access/simulations/")
    expect(page.get_by_text("Nothing was simulated yet")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Simulate policies").click()
    text = page.get_by_label("Policies (JSON)")
    text.fill('{"policies": [}')
    page.get_by_role("button", name="Simulate").click()
    expect(text).to_have_attribute("aria-invalid", "true")
    refused(400)
    axe(page)
    text.fill(json.dumps([*documents_in_force(), SECRETS]))
    page.get_by_role("button", name="Simulate").click()

    view = page.get_by_role("region", name="view")
    expect(view.get_by_role("row", name="eve 0 1")).to_be_visible()
    view.get_by_text("Show", exact=True).first.click()
    expect(view.get_by_role("link", name="shop.public.orders").first).to_be_visible()
    expect(page.get_by_text("cannot tell for 1 resource.")).to_be_visible()
    expect(page.get_by_text("It forbids them all")).to_be_visible()
    axe(page)

    make_policy("other")
    page.reload()
    expect(page.get_by_role("status").filter(has_text="This no longer holds.")).to_be_visible()
    axe(page)
    page.goto(f"{live.url}/access/simulations/")
    expect(page.get_by_role("row", name="Proposed policies")).to_be_visible()
    axe(page)


def test_coverage_finds_what_does_nothing(eager, live, enter, axe, orders):
    topics = {"attribute": "resource.kind", "operator": "==", "value": "topic"}
    make_policy("topics-only", topics)
    make_policy("viewers-see-the-shop", VIEWERS, CLEARED)
    page = enter("ada", "/access/coverage/")
    expect(page.get_by_text("Not measured yet")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Measure now").click()

    expect(page.get_by_role("listitem").filter(has_text="topics-only")).to_be_visible()
    shadowed = page.get_by_role("listitem").filter(has_text="other policies permit the same")
    expect(shadowed).to_have_count(2)
    expect(page.get_by_role("row", name="resource.kind == topic")).to_contain_text("false")
    expect(page.get_by_role("row", name="resource.sensitivity").last).to_contain_text("33.3")
    axe(page)


def test_who_may_is_answered_with_what_lets_them(live, enter, axe, orders):
    page = enter("ada", "/access/reach/")
    axe(page)
    page.get_by_role("textbox", name="Asset").fill("shop.public.orders")
    page.get_by_role("button", name="Show who").click()

    expect(page.get_by_role("heading", name="Who may view shop.public.orders")).to_be_visible()
    expect(page.get_by_role("heading", name="cleared-viewers")).to_be_visible()
    expect(page.get_by_role("heading", name="A grant of this object")).to_be_visible()
    expect(page.get_by_role("cell", name="Nearest to cleared-viewers, but for clearance")).to_be_visible()
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "eve,Eve Marsh,finance,viewer,view,policy,cleared-viewers" in download.value.path().read_text()


def test_what_a_user_may_is_counted_and_listed(live, enter, axe, orders):
    page = enter("ada", "/access/reach/")
    page.get_by_role("textbox", name="User").fill("nobody")
    page.get_by_role("button", name="Show what").click()
    expect(page.get_by_text("There is no user of this name.")).to_be_visible()
    axe(page)
    page.get_by_role("textbox", name="User").fill("bob")
    page.get_by_role("button", name="Show what").click()

    expect(page.get_by_role("link", name="shop.public.products", exact=True)).to_be_visible()
    expect(page.get_by_text("1 asset that you see too.")).to_be_visible()
    axe(page)
    page.get_by_label("Action").select_option(label="Discover")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("3 assets that you see too.")).to_be_visible()


def test_why_is_said_in_words_to_oneself_and_in_full_to_an_administrator(live, enter, axe, orders):
    page = enter("bob", f"/access/why/{orders.code}/")
    expect(page.get_by_role("listitem").filter(has_text="Clearance does not fit")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Ask for access").first.click()
    expect(page.get_by_text("shop.public.orders").first).to_be_visible()

    page = enter("ada", f"/access/explain/?user=bob&asset={orders.code}&action=view")
    expect(page.get_by_role("status").filter(has_text="bob may ask for access")).to_be_visible()
    expect(page.get_by_text("clearance is public (0), needs ≥")).to_be_visible()
    axe(page)
    page.goto(f"{live.url}/access/explain/?user=cas&asset={orders.code}&action=view")
    expect(page.get_by_role("status").filter(has_text="cas may view")).to_contain_text("until")
    axe(page)
    page.goto(f"{live.url}/catalog/assets/{orders.code}/access/")
    page.get_by_role("link", name="Who can see this?").click()
    expect(page.get_by_role("heading", name="Who may view shop.public.orders")).to_be_visible()
