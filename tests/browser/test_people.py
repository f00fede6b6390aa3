"""Roles, people and teams, by those who keep them."""

import re

from playwright.sync_api import expect

from accesscontrol.identity.models import User
from tests.build import make_user

NEW_PASSWORD = "a quite different battery"


def test_a_role_is_made_filled_and_deleted(live, enter, axe, sure, ada):
    page = enter("ada", "/access/roles/")
    tabs = page.get_by_role("navigation", name="Views of this page")
    expect(tabs.get_by_role("link", name="Roles")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="New role").click()
    page.get_by_label("Name").fill("curators")
    page.get_by_role("button", name="Create role").click()
    page.get_by_role("checkbox", name="View asset catalog.view_asset", exact=True).check()
    page.get_by_role("button", name="Save permissions").click()
    expect(page.get_by_text("1 permission, held by 0 active accounts")).to_be_visible()
    axe(page)
    sure(page, "Delete")
    expect(page.get_by_text("Deleted the role curators.")).to_be_visible()
    expect(page.get_by_role("columnheader", name="curators")).to_have_count(0)


def test_the_matrix_keeps_its_head_in_view(live, enter, ada):
    page = enter("ada", "/access/roles/")
    head = page.get_by_role("columnheader", name="administrator")
    before = head.bounding_box()["y"]

    page.get_by_role("region", name="Roles and their permissions").evaluate("box => { box.scrollTop = 900; }")

    assert abs(head.bounding_box()["y"] - before) < 2
    page.get_by_label("Permission (optional)").fill("zzz")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("No permission fits")).to_be_visible()


def test_a_colleague_is_let_in_and_out(live, enter, axe, sure, browser, ada):
    page = enter("ada", "/access/people/")
    page.get_by_role("link", name="New account").click()
    page.get_by_label("Username").fill("vic")
    page.get_by_label("Full name").fill("Vic Vale")
    page.get_by_label("viewer").check()
    page.get_by_role("button", name="Create account").click()
    link = page.locator("#link").inner_text()
    axe(page)

    elsewhere = browser.new_context(base_url=live.url)
    theirs = elsewhere.new_page()
    theirs.goto(live.url + re.sub(r"^https?://[^/]+", "", link))
    axe(theirs)
    theirs.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    theirs.get_by_label("New password confirmation").fill(NEW_PASSWORD)
    theirs.get_by_role("button", name="Save and log in").click()
    theirs.get_by_label("Username").fill("vic")
    theirs.get_by_label("Password").fill(NEW_PASSWORD)
    theirs.get_by_role("button", name="Log in").click()
    expect(theirs.get_by_role("button", name="Account of vic")).to_be_visible()

    page.goto(f"{live.url}{User.objects.get(username='vic').get_absolute_url()}")
    sure(page, "Close the account")
    expect(page.get_by_text("Closed the account of Vic Vale.")).to_be_visible()
    axe(page)
    theirs.reload()
    expect(theirs.get_by_role("heading", name="Log in")).to_be_visible()
    theirs.goto(live.url + re.sub(r"^https?://[^/]+", "", link))
    expect(theirs.get_by_role("heading", name="This link no longer works")).to_be_visible()
    axe(theirs)
    elsewhere.close()


def test_ones_own_clearance_takes_a_colleague(live, enter, axe, refused, ada):
    page = enter("ada", f"{ada.get_absolute_url()}edit/")
    page.get_by_label("Clearance").select_option(label="Public")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Nobody changes their own clearance")
    refused(400)
    axe(page)


def test_a_team_is_made_and_joined(live, enter, axe, sure, ada):
    make_user("vic", full_name="Vic Vale")
    page = enter("ada", "/access/teams/")
    axe(page)
    page.get_by_label("Name").fill("Sales")
    page.get_by_role("button", name="Create team").click()
    page.get_by_label("Person").fill("vic")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Vic Vale is in Sales now.")).to_be_visible()
    axe(page)
    sure(page, "Take out")
    expect(page.get_by_text("No members yet")).to_be_visible()
