"""Finding assets, describing them, and the sources and domains that they come from."""

import re

import pytest
from playwright.sync_api import expect

from catalog.assets.services import change_asset, change_field
from tests.build import make_asset, make_policy, make_user


@pytest.fixture
def shelf(live):
    """Twelve assets that everybody sees; stewards may change them."""
    make_policy("all", actions=["view", "change"])
    make_asset("shop.public.orders", "id email", description="One row for each order")
    make_asset("shop.public.order_items", "id sku")
    make_asset("shop.public.v_orders", kind="view", sensitivity=1)
    for number in range(9):
        make_asset(f"shop.public.log_{number}")
    return make_user("vera", "viewer")


def test_the_search_is_one_key_away_and_suggests_as_one_types(enter, axe, shelf):
    page = enter("vera")
    box = page.get_by_role("combobox", name="Search assets")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    box.press_sequentially("ord/")
    expect(box).to_have_value("ord/")  # while typing it is a letter
    box.press("Backspace")
    expect(page.get_by_role("option")).to_have_count(3)
    axe(page)
    box.press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    first = page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    box.fill("order_item")
    expect(page.get_by_role("option").first).to_contain_text("order_items")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("listbox")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_role("heading", name="order_items", level=1)).to_be_visible()


def test_facets_narrow_the_list_and_nothing_found_leads_on(enter, axe, shelf):
    page = enter("vera", "/catalog/")
    status = page.get_by_role("status").first
    rows = page.locator("tbody tr")
    expect(status).to_have_text("12 assets")
    page.get_by_label("Filters").get_by_role("link", name="View").click()
    expect(rows).to_have_count(1)
    expect(page.get_by_label("Filters").get_by_role("link", name="View")).to_have_attribute(
        "aria-current", "true"
    )
    page.get_by_label("Filters").get_by_role("link", name="Internal").click()
    expect(page.locator(".chip.remove")).to_have_text(["Remove Kind: View", "Remove Sensitivity: Internal"])
    axe(page)
    page.get_by_role("link", name="Remove Kind: View").click()
    expect(page.locator(".chip.remove")).to_have_count(1)
    page.get_by_label("Filters").get_by_role("link", name="Internal").click()
    expect(status).to_have_text("12 assets")

    words = page.get_by_role("searchbox", name="Search", exact=True)
    words.fill("email")
    words.press("Enter")
    expect(rows).to_have_count(1)
    expect(rows.locator("mark")).to_have_text("email")
    words.fill("order_itmes")
    words.press("Enter")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="order_items").click()
    expect(rows).to_have_count(1)
    words.fill("zebra")
    words.press("Enter")
    page.get_by_role("link", name="Show everything").click()
    expect(status).to_have_text("12 assets")


def test_a_steward_describes_an_asset_and_is_told_when_somebody_was_faster(enter, refused, axe, shelf):
    make_user("sofia", "steward")
    orders = make_asset("shop.public.returns", "id reason", description="Returns")
    page = enter("sofia", orders.get_absolute_url())
    for tab in ("Lineage", "Quality", "Activity", "Overview"):
        page.get_by_label("Views of this page").get_by_role("link", name=tab).click()
        expect(page.get_by_label("Views of this page").locator("[aria-current]")).to_have_text(tab)
        expect(page.locator("main [aria-busy=true]")).to_have_count(0)

    card = page.locator("#description")
    card.get_by_role("link", name="Edit").click()
    card.get_by_label("Description").fill("What came back")
    axe(page)
    card.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("What came back")
    card.get_by_role("link", name="Edit").click()
    expect(card.get_by_label("Description")).to_have_value("What came back")
    change_asset(asset=orders, actor="tests", changes={"description": "What came back, and why"})
    card.get_by_label("Description").fill("Everything that came back")
    card.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody changed this meanwhile.")
    expect(page.locator(".diff .old")).to_contain_text("What came back, and why")
    refused(409)
    axe(page)
    page.get_by_role("link", name="Cancel").click()
    expect(card).to_contain_text("What came back, and why")
    page.get_by_label("Views of this page").get_by_role("link", name="Activity").click()
    expect(page.locator(".timeline li").filter(has_text="sofia")).to_have_count(1)


def test_a_columns_facts_are_edited_and_wrong_rules_are_named(enter, refused, axe, shelf):
    make_user("sofia", "steward")
    returns = make_asset("shop.public.returns", "id email")
    page = enter("sofia", returns.get_absolute_url())
    page.get_by_role("link", name="email", exact=True).click()
    page.get_by_role("dialog").get_by_role("link", name="Edit", exact=True).click()
    rules = page.get_by_label("Validation rules")
    rules.fill('[{"rule": ')
    page.get_by_role("button", name="Save").click()
    expect(rules).to_have_accessible_description(re.compile("Enter a valid JSON"))
    refused(400)
    axe(page)
    rules.fill('[{"rule": "pattern", "pattern": "@"}]')
    page.get_by_label("Identity").fill("email")
    page.get_by_label("Sensitive").check()
    change_field(
        field=returns.fields.get(name="email"),
        actor="tests",
        changes={"sensitive": False, "identity": "mail"},
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody changed this meanwhile.")
    refused(409)
    axe(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(
        page.url.replace(returns.fields.get(name="email").get_absolute_url(), returns.get_absolute_url())
    )
    expect(page.get_by_role("row", name="email")).to_contain_text("Sensitive")
    expect(page.locator(".page-head")).to_contain_text("Personal data")

    page.locator(".page-head").get_by_role("link", name="Edit").click()
    page.get_by_label("Sensitivity").select_option(label="Confidential")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".page-head")).to_contain_text("Confidential")


def test_domains_are_added_named_once_and_changed(enter, refused, axe, ada, live):
    page = enter("ada", "/catalog/domains/")
    for name in ("Sales", "Sales"):
        page.goto(f"{live.url}/catalog/domains/")
        page.get_by_role("link", name="Add a domain").click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    refused(400)
    axe(page)
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Edit Sales").click()
    page.get_by_label("Steward").select_option(label="Ada Oduya (ada)")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Sales", level=1)).to_be_visible()
    page.get_by_role("link", name="Domains", exact=True).first.click()
    expect(page.get_by_role("row", name="Sales")).to_contain_text("Ada Oduya")
