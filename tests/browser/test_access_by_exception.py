"""Somebody asks for what is hidden, is given it for a day, and loses it everywhere at once when it ends."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accesscontrol.breakglass.models import Emergency
from accesscontrol.grants.models import Grant
from tests.build import PASSWORD, make_asset, make_policy, make_user
from tests.lineage.graph.graphs import draw


@pytest.fixture
def orders(live):
    """bob sees raw, from which olga's orders are made; those he does not see."""
    raw = make_asset("shop.raw.feed")
    make_policy("raw", {"attribute": "resource.name", "operator": "==", "value": raw.name})
    make_user("bob", "platform_engineer", full_name="Bob Kern")
    orders = make_asset("shop.public.orders", owner=make_user("olga", full_name="Olga Weiss"))
    draw((raw, orders))
    return orders


@pytest.fixture
def four(live, enter, orders, faults):
    """Where bob sees the orders: search, page, graph, API."""

    def look():
        found = set()
        page = enter("bob", "/catalog/?q=orders")
        if page.locator("main").get_by_role("link", name="orders").count():
            found.add("search")
        if page.goto(f"{live.url}{orders.get_absolute_url()}").status == 200:
            found.add("page")
        page.goto(f"{live.url}/lineage/{orders.upstream_code}/")
        expect(page.locator("#lineage")).to_have_attribute("data-ready", "1")
        if "Hidden by policy" not in page.locator("#lineage-rows").inner_text():
            found.add("graph")
        if page.request.get(f"{live.url}/api/v1/assets/{orders.code}/").status == 200:
            found.add("api")
        faults.clear()  # a page that is not there is noted by the browser
        return found

    orders.upstream_code = type(orders).objects.get(name="shop.raw.feed").code
    return look


def test_asked_for_from_a_stub_given_for_a_day_and_over(enter, axe, four, orders):
    assert four() == set()
    page = enter("bob", f"/lineage/{orders.upstream_code}/")
    page.get_by_role("button", name="Show Hidden by policy in the picture").click()
    page.locator("#lineage-panel").get_by_role("link", name="Ask for access").click()
    axe(page)
    assert "orders" not in page.content()
    page.get_by_label("For how long?").select_option(label="One day")
    page.get_by_label("What for?").fill("The month has to be closed.")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("Your request was sent to whoever answers for it.")).to_be_visible()
    expect(page.get_by_role("row", name="A hidden asset")).to_contain_text("Pending")
    axe(page)

    page = enter("olga", "/")
    page.get_by_role("link", name="Inbox, 1 waiting").click()
    axe(page)
    page.get_by_role("link", name="shop.public.orders").click()
    expect(page.get_by_role("heading", name="Bob Kern asks for access")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Give access").click()
    expect(page.get_by_text("Granted to Bob Kern.")).to_be_visible()
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()

    assert four() == {"search", "page", "graph", "api"}
    page = enter("bob", "/access/requests/")
    expect(page.get_by_role("row", name="shop.public.orders")).to_contain_text("Approved")
    page = enter("bob", f"{orders.get_absolute_url()}access/")
    expect(page.get_by_role("row", name="Bob Kern")).to_contain_text("The month has to be closed.")
    axe(page)

    now = timezone.now()
    Grant.objects.update(starts_at=now - timedelta(days=1), ends_at=now - timedelta(seconds=1))
    assert four() == set()


def test_the_glass_is_broken_seen_on_every_page_and_reviewed(enter, refused, axe, orders):
    make_user("sam", "steward", full_name="Sam Ito")
    make_user("pia", "privacy_officer", full_name="Pia Berg")
    page = enter("sam", "/access/emergency/")
    axe(page)
    page.get_by_label("What happened, and what must you do?").fill(
        "The nightly load fails, the shop is down."
    )
    page.get_by_label("Your password, once more").fill("a guess, and a wrong one")
    page.get_by_role("button", name="Break the glass").click()
    expect(page.get_by_text("This is not your password.")).to_be_visible()
    refused(400)
    axe(page)
    page.get_by_label("Your password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Break the glass").click()
    banner = page.get_by_role("region", name="Emergency")
    expect(banner).to_contain_text("15 min left")
    axe(page)
    page.get_by_role("link", name="Catalog", exact=True).first.click()
    expect(banner).to_be_visible()
    banner.get_by_role("button", name="End it now").click()
    expect(banner).to_have_count(0)

    page = enter("pia", "/inbox/")
    page.get_by_role("link", name="Emergency of Sam Ito").click()
    expect(page.get_by_role("cell", name="breakglass.declared")).to_be_visible()
    axe(page)
    page.get_by_label("Justified", exact=True).check()
    page.get_by_label("Findings").fill("Nothing was changed.")
    page.get_by_role("button", name="Close the review").click()
    expect(page.get_by_text("Nothing was changed.")).to_be_visible()
    assert Emergency.objects.get().verdict == "justified"
    axe(page)
