"""Signing in, one's own menu and tokens, policies and why they decide, and the audit trail."""

import json
import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from accesscontrol.identity.models import ApiToken
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import in_force
from accesscontrol.policysets.services import note_effect
from tests.build import PASSWORD, make_asset, make_user


@pytest.fixture
def colour(strict_page):
    """The colour behind the page, as the browser paints it."""
    return lambda: strict_page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def test_a_person_signs_in_chooses_colours_and_leaves(live, strict_page, axe, ada, colour):
    page = strict_page
    page.goto(f"{live.url}/jobs/")
    axe(page)
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("a guess, and a wrong one")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("Please enter a correct username and password")
    axe(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Jobs", exact=True)).to_be_visible()  # where she wanted to go

    page.emulate_media(color_scheme="light")
    light = colour()
    for chosen, dark in (("Dark", True), ("Light", False), ("As the system", False)):
        page.get_by_role("button", name="Colours").click()
        page.get_by_role("button", name=chosen).click()
        chosen_now = page.get_by_role("button", name=chosen, include_hidden=True, pressed=True)
        expect(chosen_now).to_have_count(1)
        assert (colour() != light, page.url) == (dark, f"{live.url}/jobs/")
    page.emulate_media(color_scheme="dark")
    assert colour() != light  # the system's choice counts again

    page.get_by_role("button", name="Account of ada").click()
    expect(page.get_by_text("Ada Oduya")).to_be_visible()
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)
    axe(page)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_who_guesses_passwords_is_paused_with_a_page(live, strict_page, axe, refused, ada):
    page = strict_page
    page.goto(f"{live.url}/account/login/")
    for _ in range(5):
        page.get_by_label("Username").fill("ada")
        page.get_by_label("Password").fill("a guess, and a wrong one")
        page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Too many attempts")).to_be_visible()
    refused(429)
    axe(page)


def test_a_token_is_shown_once_works_and_is_revoked_after_a_question(live, enter, refused, axe, ada):
    page = enter("ada", "/account/tokens/")
    page.get_by_label("Name").fill("notebook")
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    refused(400)
    axe(page)
    page.get_by_label("Read and write").check()
    page.get_by_label("Expires after").select_option(label="30 days")
    page.get_by_role("button", name="Create token").click()
    secret = page.locator("#secret").inner_text()
    axe(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("status").get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    me = page.request.get(f"{live.url}/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
    assert me.json()["username"] == "ada"

    page.goto(f"{live.url}/account/tokens/")
    assert secret not in page.content()
    page.get_by_role("button", name="Revoke").click()
    question = page.get_by_role("dialog", name="Revoke notebook? What uses it stops working.")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    axe(page)
    page.keyboard.press("Enter")
    expect(question).to_have_count(0)
    assert ApiToken.objects.get().state == "active"
    page.get_by_role("button", name="Revoke").click()
    question.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("cell", name="Revoked")).to_be_visible()
    assert ApiToken.objects.get().state == "revoked"


POLICY = {
    "name": "open-tables",
    "actions": ["view"],
    "conditions": [{"attribute": "resource.kind", "operator": "==", "value": "table"}],
}


def simulated():
    """Stand in for the job that tells a draft's effect."""
    note_effect(policy_set=PolicySet.objects.drafts().get(), against=in_force().digest, effect={}, actor="t")


def write(page, refused, axe):
    """Type a policy, wrongly at first."""
    page.get_by_role("link", name="New policy").click()
    text = page.get_by_label("Policy (JSON)")
    page.get_by_label("What a new change is for").fill("Open the tables")
    text.fill(json.dumps(POLICY).replace("]}", "}", 1))
    page.get_by_role("button", name="Save in a draft").click()
    expect(text).to_have_attribute("aria-invalid", "true")
    expect(text).to_have_accessible_description(re.compile("line 1, column 1"))
    refused(400)
    axe(page)
    text.fill(json.dumps(POLICY))
    page.get_by_role("button", name="Save in a draft").click()


def test_a_policy_is_corrected_approved_by_another_and_rolled_back(live, enter, refused, axe, ada, sure):
    make_user("bob", "viewer")
    make_user("eve", "administrator")
    orders = make_asset()
    page = enter("ada", "/access/policies/")
    write(page, refused, axe)
    expect(page.get_by_role("heading", name="Open the tables")).to_be_visible()
    expect(page.get_by_role("article", name="open-tables")).to_contain_text("Added")
    axe(page)
    simulated()
    page.reload()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Waiting for approval")).to_be_visible()
    address = page.url

    page = enter("eve", address.removeprefix(live.url))
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved", exact=True)).to_be_visible()
    axe(page)
    sure(page, "Put in force")
    expect(page.get_by_text("In force", exact=True)).to_be_visible()
    why = f"{live.url}/access/explain/?user=bob&asset={orders.code}&action=view"
    page.goto(why)
    expect(page.get_by_role("status").filter(has_text="bob may view")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="open-tables").first.click()
    expect(page.get_by_role("row", name="resource.kind")).to_contain_text("table")

    page.goto(f"{live.url}/access/changes/")
    axe(page)
    page.get_by_role("link", name="The first policies").click()
    page.get_by_label("Reason").fill("Too wide")
    sure(page, "Roll back")
    page.goto(why)
    expect(page.get_by_role("status").filter(has_text="bob may not view")).to_be_visible()


def test_the_trail_is_filtered_and_each_line_shows_its_record(live, enter, axe, ada):
    make_user("bob", "viewer")
    page = enter("ada", "/audit/")
    page.get_by_label("What").fill("identity.user_saved")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="identity.user_saved")).to_be_visible()
    expect(page.locator("#record")).to_contain_text('"username": "bob"')
    axe(page)


def test_what_is_not_yours_says_so_and_leads_home(live, enter, refused, axe):
    make_user("bob", "viewer")
    nothing = "There is nothing here that you can see"
    for address, status, says in (
        ("/audit/", 403, "Your roles do not include this"),
        (f"/catalog/assets/{uuid4()}/", 404, nothing),
        ("/nowhere/", 404, nothing),
    ):
        page = enter("bob", address)
        expect(page.get_by_role("heading", name=says)).to_be_visible()
        refused(status)
        axe(page)
    page.get_by_role("link", name="To the home page").click()
    expect(page.get_by_role("heading", name="Good to see you, bob")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main").get_by_role("link")).to_have_text(
        ["Catalog", "Lineage", "Quality", "Models", "Access", "Jobs"]
    )


def test_who_writes_a_policy_looks_up_what_it_may_speak_of(live, enter, axe, ada):
    page = enter("ada", "/access/policies/")
    page.get_by_role("link", name="Attributes").click()
    expect(page.get_by_role("heading", name="Attributes", exact=True)).to_be_visible()
    row = page.get_by_role("row", name="user.clearance")
    expect(row).to_contain_text("sensitive")
    expect(row).to_contain_text("public < internal < confidential < restricted")
    expect(page.get_by_role("region", name="The moment")).to_contain_text("env.network")
    axe(page)
    page.emulate_media(color_scheme="dark")
    axe(page)
