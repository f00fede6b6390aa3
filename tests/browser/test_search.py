"""The search as people use it: words, facets, the builder, saved views, tabs; by keyboard and on a phone."""

import pytest
from playwright.sync_api import expect

from catalog.domains.services import save_domain
from tests.build import make_asset, make_policy, make_user


@pytest.fixture
def shelf(live):
    make_policy("all")
    sales = save_domain(actor="tests", slug="sales", name="Sales")
    make_asset("shop.public.orders", "id email", description="One row for each order", domain=sales, tier=1)
    make_asset("shop.public.order_items", "id order_id", domain=sales, tier=3)
    make_asset("shop.public.v_orders", kind="view", certification="gold")
    make_user("vera", "viewer")


def titles(page):
    return page.get_by_role("table").locator("td.name > a")


def test_a_search_is_narrowed_explained_and_saved(enter, axe, shelf):
    page = enter("vera", "/catalog/")
    box = page.get_by_role("searchbox", name="Search", exact=True)
    box.fill("orders")
    box.press("Enter")
    expect(titles(page)).to_have_count(3)
    expect(page.get_by_role("link", name="Fields 1")).to_be_visible()
    page.get_by_role("complementary", name="Filters").get_by_role("link", name="Sales 2").click()
    expect(titles(page)).to_have_count(2)
    page.get_by_role("link", name="Why here?").click()
    expect(page.get_by_text("Why here: sum").first).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name").fill("Orders of sales")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Change Orders of sales").click()
    page.get_by_label("Name").fill("Sold")
    axe(page)
    page.get_by_role("button", name="Save").click()
    page.goto(page.url.replace("/catalog/views/", "/"))
    page.get_by_role("link", name="Sold").click()
    expect(titles(page)).to_have_count(2)


def test_a_query_is_built_by_keyboard(enter, axe, shelf):
    page = enter("vera", "/catalog/?q=orders")
    page.get_by_text("Build a query").press("Enter")
    form = page.get_by_role("form", name="Build a query")
    form.get_by_label("Field").first.select_option("tier")
    form.get_by_label("Comparison").first.select_option("most")
    form.get_by_label("Value").first.fill("2")
    form.get_by_role("button", name="Add a condition").click()
    expect(form.get_by_role("group")).to_have_count(4)
    axe(page)
    form.get_by_label("Value").first.press("Enter")
    expect(page.get_by_role("searchbox", name="Search", exact=True)).to_have_value("orders tier<=2")
    expect(titles(page)).to_have_text(["orders"])


def test_a_bad_query_stays_in_its_box(enter, axe, shelf, refused):
    page = enter("vera", "/catalog/")
    box = page.get_by_role("searchbox", name="Search", exact=True)
    box.fill("kind:tabel")
    box.press("Enter")
    expect(page.get_by_text("kind is one of:")).to_be_visible()
    expect(box).to_have_value("kind:tabel")
    refused(400)
    axe(page)


def test_on_a_phone_nothing_is_wider_than_the_page(enter, axe, shelf):
    page = enter("vera", "/catalog/?q=orders")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_text("Build a query").click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Fields").click()
    expect(page.get_by_role("heading", name="Fields")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
