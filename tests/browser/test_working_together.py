"""The inbox by mouse and by keyboard, chains, deputies, discussions, announcements, people, and home."""

import re

import pytest
from playwright.sync_api import expect

from catalog.assets.services import change_asset
from catalog.domains.services import save_domain
from stewardship.approvals.services import propose
from tests.build import make_asset, make_policy, make_user


@pytest.fixture
def sofia(live):
    make_policy("all", actions=["view", "change"])
    return make_user("sofia", "steward", full_name="Sofia Marino")


@pytest.fixture
def vera(sofia):
    return make_user("vera", "viewer", full_name="Vera Lind")


@pytest.fixture
def orders(sofia):
    sales = save_domain(slug="sales", name="Sales", steward=sofia, actor="tests")
    return make_asset(description="All orders", owner=sofia, domain=sales)


def proposed(one, author, text):
    said = {"changes": {"description": text}, "reason": "I am asked."}
    return propose(verb="catalog.change_asset", subject=one, author=author, **said)


@pytest.fixture
def three(orders, vera):
    """Three things wait for sofia; the second was overtaken."""
    assets = [orders, make_asset("shop.public.returns"), make_asset("shop.public.visits")]
    rows = [proposed(one, vera, f"Of {one.title}") for one in assets]
    change_asset(asset=assets[1], actor="tests", changes={"description": "Said meanwhile"})
    return rows


def test_the_inbox_is_worked_through_by_keyboard(enter, axe, three):
    page = enter("sofia", "/inbox/")
    beside = page.get_by_role("region", name="What is chosen")
    expect(beside.locator(".diff .new")).to_contain_text("Of orders")
    axe(page)
    page.keyboard.press("j")
    expect(beside.get_by_text("Somebody changed this after it was proposed")).to_be_visible()
    expect(beside.get_by_role("row", name="Description")).to_contain_text("Said meanwhile")
    axe(page)
    page.keyboard.press("j")
    expect(beside.locator(".diff .new")).to_contain_text("Of visits")
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(beside.locator(".diff .new")).to_contain_text("Of orders")
    page.keyboard.press("r")
    expect(beside.get_by_label("Reason")).to_be_focused()
    page.keyboard.press("j")  # a letter of the reason, no key of the list
    expect(beside.get_by_label("Reason")).to_have_value("j")
    page.locator("[data-wait] a[aria-current]").focus()
    page.keyboard.press("a")
    expect(beside.get_by_role("button", name="Approve and apply")).to_be_focused()
    page.locator("[data-wait] a[aria-current]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Change an asset")


def test_many_are_decided_at_once_and_each_says_what_became_of_it(enter, axe, refused, three):
    page = enter("sofia", "/inbox/")
    bulk = page.locator(".bulk")
    expect(bulk.get_by_role("button", name="Approve")).to_be_disabled()
    page.get_by_label("Choose all here").check()
    expect(bulk.get_by_role("button", name="Reject 3")).to_be_enabled()
    bulk.get_by_role("button", name="Reject 3").click()
    expect(bulk.get_by_label("Reason, needed to reject")).to_have_accessible_description(
        "Say why; those who asked read it."
    )
    refused(400)
    expect(bulk.get_by_role("button", name="Approve 3")).to_be_visible()  # what was chosen is chosen still
    expect(page.get_by_role("link", name="All open")).to_be_visible()
    axe(page)
    bulk.get_by_role("button", name="Approve 3").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 of 3 approved")
    expect(page.get_by_role("row", name="returns")).to_contain_text("Somebody changed this meanwhile")
    axe(page)
    page.get_by_role("link", name="Back to the inbox").click()
    expect(page.locator("[data-wait]")).to_have_count(1)


def test_a_decision_is_handed_over_and_a_deputy_named(enter, axe, refused, three):
    make_user("henrik", "steward", full_name="Henrik Dahl")
    page = enter("sofia", "/inbox/")
    page.locator("[data-wait] input").first.check()
    page.locator(".bulk").get_by_role("button", name="Hand over").click()
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_label("Hand over to")).to_have_accessible_description(
        re.compile("This field is required")
    )
    refused(400)
    axe(page)
    page.get_by_label("Hand over to").select_option(label="Henrik Dahl (henrik)")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 of 1 handed over")

    page.get_by_role("link", name="Inbox").first.click()
    page.get_by_role("link", name="Deputies").click()
    page.get_by_label("Deputy").select_option(label="Henrik Dahl (henrik)")
    page.get_by_role("button", name="Name", exact=True).click()
    expect(page.get_by_role("button", name="End")).to_have_count(2)
    axe(page)


def test_a_chain_is_made_changed_and_switched_off(enter, axe, refused, ada, orders):
    page = enter("ada", "/inbox/chains/")
    page.get_by_role("link", name="Add").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Name")).to_have_accessible_description(re.compile("This field is required"))
    refused(400)
    page.get_by_label("Name").fill("Sales: the owner, then the steward")
    page.get_by_label("In (optional)").select_option(label="Sales")
    page.get_by_label("Who decides").select_option(label="Its owner")
    expect(page.locator("[data-field=role]")).to_be_hidden()
    page.get_by_role("button", name="One more step").click()
    axe(page)
    second = page.get_by_role("group", name="Step 2")
    second.get_by_label("If nobody answers").select_option(label="Reject it as expired")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sales: the owner, then the steward")
    expect(page.locator("tbody tr")).to_have_count(2)
    axe(page)
    page.get_by_role("button", name="Switch off").click()
    expect(page.locator(".page-head")).to_contain_text("Off")


def test_a_question_is_asked_answered_and_accepted(enter, axe, orders, vera):
    page = enter("vera", f"{orders.get_absolute_url()}discussion/")
    area = page.get_by_label("What do you want to know or say")
    area.press_sequentially("What is a status of 7, @sof")
    page.get_by_role("option", name="Sofia Marino").click()
    expect(area).to_have_value("What is a status of 7, @sofia ")
    axe(page)
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_role("article", name="Question of Vera Lind")).to_contain_text("@sofia")

    page = enter("sofia", "/")
    page.get_by_role("link", name="What is a status of 7").click()
    page.get_by_label("Your answer").fill("Sent back.")
    page.get_by_role("button", name="Post the answer").click()
    expect(page.get_by_text("Sent back.")).to_be_visible()

    page = enter("vera", "/discussions/?tab=part")
    page.get_by_role("link", name="What is a status of 7").click()
    page.get_by_role("button", name="Accept the answer of Sofia Marino").click()
    expect(page.get_by_text("Accepted answer")).to_be_visible()
    expect(page.locator(".thread > header")).to_contain_text("Resolved")
    axe(page)
    page = enter("sofia", "/")
    expect(page.get_by_role("heading", name="Questions for you")).to_have_count(0)


def test_an_announcement_stands_on_the_asset_on_its_domain_and_at_home(enter, axe, sure, orders, vera):
    page = enter("sofia", "/announcements/new/")
    page.get_by_label("Where").select_option(label="Sales (domain)")
    page.get_by_label("How grave").select_option(label="Warning")
    page.get_by_label("Title").fill("Frozen for the audit")
    page.get_by_role("button", name="Announce").click()
    for address in (orders.get_absolute_url(), orders.domain.get_absolute_url(), "/"):
        page = enter("vera", address)
        expect(page.get_by_text("Frozen for the audit")).to_be_visible()
        axe(page)
    page = enter("sofia", "/announcements/")
    page.get_by_role("button", name="End Frozen for the audit").click()
    page.get_by_role("dialog").get_by_role("button", name="End it").click()
    expect(page.get_by_text("No announcements")).to_be_visible()
    page = enter("vera", "/")
    expect(page.get_by_text("Frozen for the audit")).to_have_count(0)


def test_what_is_followed_and_the_people_who_answer_for_it(enter, axe, orders, vera):
    page = enter("vera", orders.get_absolute_url())
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("button", name="Following")).to_be_visible()
    page.locator(".page-head").get_by_role("link", name="Sofia Marino").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sofia Marino")
    page.get_by_role("link", name="orders", exact=True).first.click()
    page.goto(page.url.replace(orders.get_absolute_url(), "/following/"))
    page.get_by_role("button", name="Unfollow orders").click()
    expect(page.get_by_text("You follow nothing here")).to_be_visible()
    axe(page)


def test_a_new_portal_leads_its_administrator_to_the_first_source(enter, axe, ada):
    page = enter("ada", "/")
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Add a source").click()
    expect(page).to_have_url(re.compile("/sources/add/"))
