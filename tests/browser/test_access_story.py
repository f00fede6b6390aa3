"""Two people change who sees what, and a colleague's pages, graph and API follow at once."""

import json

import pytest
from playwright.sync_api import expect

from accesscontrol.policysets.reads import in_force
from tests.build import make_policy, make_user

CLOSED = {
    "name": "customers-are-closed",
    "effect": "forbid",
    "on_missing": "skip",
    "actions": ["view"],
    "conditions": [
        {"attribute": "user.roles", "operator": "contains", "value": "viewer"},
        {"attribute": "resource.name", "operator": "contains", "value": ".customer"},
    ],
}


@pytest.fixture
def customer(company):
    """Everybody sees the shop; eve may approve what ada proposes."""
    make_policy("shop")
    make_user("eve", "administrator")
    make_user("vera", "viewer", full_name="Vera Lind")
    return company.table("customer")


def seen(enter, live, customer):
    """Return where vera finds the customers: search, page, graph, API."""
    page = enter("vera", "/catalog/?q=customer")
    found = {"search": page.locator(".table a", has_text="customer").filter(has_text="customer").count() > 0}
    found["page"] = page.request.get(f"{live.url}{customer.get_absolute_url()}").status == 200
    picture = page.request.get(f"{live.url}/lineage/{customer.code}/elements/")
    found["graph"] = picture.status == 200
    found["api"] = page.request.get(f"{live.url}/api/v1/assets/{customer.code}/").status == 200
    return found


EVERYWHERE = dict.fromkeys(("search", "page", "graph", "api"), True)
NOWHERE = dict.fromkeys(EVERYWHERE, False)


def test_a_policy_is_simulated_approved_and_felt_at_once(live, enter, axe, customer, faults, sure):
    assert seen(enter, live, customer) == EVERYWHERE
    page = enter("ada", "/access/policies/new/")
    page.get_by_label("Policy (JSON)").fill(json.dumps(CLOSED))
    page.get_by_label("What a new change is for").fill("Close the customers")
    page.get_by_role("button", name="Save in a draft").click()
    page.get_by_role("button", name="Simulate").click()
    effect = page.get_by_role("region", name="What it would change")
    expect(effect.get_by_role("row", name="vera 0 1")).to_be_visible()
    axe(page)
    assert seen(enter, live, customer) == EVERYWHERE

    page = enter("ada", "/access/changes/?state=draft")
    page.get_by_role("link", name="Close the customers").click()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Waiting for approval")).to_be_visible()
    page = enter("eve", "/inbox/")
    page.get_by_role("link", name="Close the customers").click()
    page.get_by_role("button", name="Approve").click()
    sure(page, "Put in force")
    expect(page.get_by_text("In force from now on")).to_be_visible()

    assert in_force().find("customers-are-closed")
    assert seen(enter, live, customer) == NOWHERE
    faults.clear()
