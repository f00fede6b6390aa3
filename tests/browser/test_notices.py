"""The bell, from the first notice until everything is read, and when a right is lost on the way."""

import pytest
from playwright.sync_api import expect

from tests.build import make_asset, make_policy, make_user
from tests.stewardship.notices.telling import tell

GONE = "The column email of shop.public.orders is gone"


@pytest.fixture
def orders(live):
    make_policy("all")
    return make_asset()


@pytest.fixture
def vera(orders):
    """Vera was told twice."""
    vera = make_user("vera", "viewer", full_name="Vera Lind")
    about = {"about": ("asset", orders.code), "url": orders.get_absolute_url()}
    tell(vera, key="one", title="Rows of shop.public.orders were counted", severity="info", text="", **about)
    tell(vera, key="two", title=GONE, **about)
    return vera


def bell(page, name):
    return page.get_by_role("banner").get_by_role("link", name=name, exact=True)


def rows(page):
    return page.get_by_role("main").get_by_role("listitem").filter(has=page.locator(".chip"))


def row(page, title):
    return rows(page).filter(has=page.get_by_role("link", name=title))


def test_the_bell_leads_to_what_changed_and_is_quiet_once_all_is_read(enter, axe, vera, orders):
    page = enter("vera", "/")
    axe(page)
    bell(page, "Notices, 2 unread").click()
    expect(page.get_by_role("heading", name="Notices", level=1)).to_be_visible()
    expect(rows(page)).to_have_count(2)
    expect(rows(page).first).to_contain_text("Breaking")
    expect(rows(page).first).to_contain_text("The column email was dropped.")
    axe(page)

    page.get_by_role("link", name="Unread", exact=True).click()
    expect(page.get_by_role("link", name="Unread", exact=True)).to_have_attribute("aria-current", "page")
    page.get_by_role("button", name=f"Mark as read: {GONE}").click()
    expect(bell(page, "Notices, 1 unread")).to_be_visible()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("link", name="Unread", exact=True)).to_have_attribute("aria-current", "page")

    page.get_by_role("link", name="All", exact=True).click()
    expect(row(page, GONE)).not_to_contain_text("Unread")
    expect(row(page, GONE).get_by_role("button")).to_have_count(0)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("1 marked as read.")).to_be_visible()
    expect(bell(page, "Notices")).to_be_visible()
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    axe(page)

    page.get_by_role("link", name="Unread", exact=True).click()
    expect(page.get_by_text("You have read everything")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="All", exact=True).click()
    page.get_by_role("link", name=GONE).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("orders")


def test_a_notice_that_is_opened_is_read(enter, vera):
    page = enter("vera", "/notices/?tab=unread")

    page.get_by_role("link", name=GONE).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("orders")
    expect(bell(page, "Notices, 1 unread")).to_be_visible()
    page.go_back()
    page.reload()
    expect(rows(page)).to_have_count(1)
    with page.context.expect_page(), page.expect_response("**/read/"):
        page.get_by_role("link", name="Rows of shop.public.orders were counted").click(button="middle")
    expect(rows(page)).to_have_count(1)
    page.reload()
    expect(page.get_by_text("You have read everything")).to_be_visible()


def test_who_stands_on_the_bell_still_does_once_it_is_counted(enter, vera):
    page = enter("vera", "/")

    def count(route):
        bell(page, "Notices").focus()
        route.continue_()

    page.route("**/counts/", count)
    page.reload()

    expect(bell(page, "Notices, 2 unread")).to_be_focused()


def test_a_right_that_is_lost_silences_the_bell(enter, axe, vera, orders):
    page = enter("vera", "/notices/")
    expect(page.get_by_role("link", name=GONE)).to_be_visible()
    name = {"attribute": "resource.name", "operator": "==", "value": orders.name}
    make_policy("nobody", name, effect="forbid")

    page.reload()

    expect(bell(page, "Notices")).to_be_visible()
    expect(page.get_by_text("No notices yet")).to_be_visible()
    expect(page.get_by_text("orders")).to_have_count(0)
    axe(page)
