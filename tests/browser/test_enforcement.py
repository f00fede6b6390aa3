"""A plan for a governed database, from the first setting to the taking back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from catalog.enforcement.models import Enforcement
from tests.catalog.enforcement.cast import Company
from tests.catalog.enforcement.governed import governed_shop


@pytest.fixture
def company(live, eager) -> Iterator[Company]:
    """A governed shop, whose work is done at once."""
    with governed_shop() as shop:
        yield Company(shop)


def picture(page, name):
    """Keep pictures in light and dark where GOVPORTAL_PICTURES names a folder."""
    folder = os.environ.get("GOVPORTAL_PICTURES")
    for scheme in ("light", "dark") if folder else ():
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=Path(str(folder)) / f"{name}-{scheme}.png", full_page=True)


def test_a_plan_is_made_approved_applied_verified_and_taken_back(enter, axe, company, sure):
    at = f"/sources/{company.source.code}/enforcement/"
    page = enter("olga", f"/sources/{company.source.code}/")
    page.get_by_role("link", name="Enforcement").click()
    axe(page)
    page.get_by_role("button", name="Make a plan").click()
    expect(page.get_by_role("heading", name="Plan 1", level=1)).to_be_visible()
    page.get_by_text("The statements, in order").click()
    expect(page.locator("#script")).to_contain_text("CREATE VIEW")
    axe(page)
    picture(page, "plan")
    page.get_by_role("button", name="Ask a colleague to approve").click()
    expect(page.get_by_text("Somebody else has to approve")).to_be_visible()

    page = enter("peter", f"{at}plans/1/")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)

    page = enter("olga", f"{at}plans/1/")
    sure(page, "Apply")
    expect(page.get_by_role("button", name="Take back")).to_be_visible()
    assert company.sees("SELECT DISTINCT region FROM gov.customers") == [("eu",)]

    page.goto(page.url.split("plans/")[0])
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("#checks")).to_contain_text("0 failed")
    bob = company.shop.make("bob")
    company.shop.scratch.run(f'GRANT SELECT ON shop.customers TO "{bob}"')
    page.get_by_role("button", name="Look for drift").click()
    expect(page.get_by_role("alert")).to_contain_text("table shop.customers")
    axe(page)
    picture(page, "enforcement")
    company.shop.scratch.run(f'REVOKE SELECT ON shop.customers FROM "{bob}"')
    page.get_by_role("link", name="Plan 1").click()
    sure(page, "Take back")
    expect(page.get_by_text("Taken back").first).to_be_visible()
    assert company.sees("SELECT 1") == "InvalidParameterValue"


def test_it_is_set_up_in_three_forms(enter, axe, company, refused):
    Enforcement.objects.all().delete()
    page = enter("olga", f"/sources/{company.source.code}/enforcement/")
    expect(page.get_by_text("Nothing is enforced here")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Set up enforcement").click()
    axe(page)
    picture(page, "set-up")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Map a role").click()
    page.get_by_label("Database role").fill("readers")
    page.get_by_role("button", name="Map the role").click()
    expect(page.get_by_text("Choose one: a role, a team or a person.")).to_be_visible()
    refused(400)
    axe(page)
    page.get_by_label("Role", exact=False).nth(1).select_option(label="viewer")
    page.get_by_label("Rows of").fill("region: eu")
    picture(page, "map")
    page.get_by_role("button", name="Map the role").click()
    expect(page.get_by_text("is role viewer")).to_be_visible()
    page.get_by_role("link", name="Add a rule").click()
    axe(page)
    page.get_by_label("Table").select_option(index=1)
    page.get_by_label("Column").fill("region")
    page.get_by_label("Attribute").fill("region")
    page.get_by_role("button", name="Add the rule").click()
    expect(page.get_by_text("is one of their values of")).to_be_visible()
    page.get_by_role("link", name="Snowflake").click()
    expect(page.locator("#text")).to_contain_text("Not run here")
    axe(page)
    picture(page, "text")
