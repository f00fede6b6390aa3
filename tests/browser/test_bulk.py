"""Many assets are changed at once at a browser: looked at, done, reported, taken back."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from catalog.assets.models import Asset
from tests.browser.test_pages import DESK, PHONE
from tests.build import make_policy, make_user


@pytest.fixture
def picture(request):
    """Keep pictures of a page where GOVPORTAL_PICTURES names a folder: light and dark, desk and phone."""
    folder = os.environ.get("GOVPORTAL_PICTURES")

    def take(page, name):
        if not folder:
            return
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for size, said in ((DESK, "desk"), (PHONE, "phone")):
                page.set_viewport_size(size)
                page.screenshot(path=Path(folder) / f"{name}-{scheme}-{said}.png", full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESK)

    return take


def test_from_a_search_to_a_report_and_back(company, enter, picture):
    page = enter("ada", "/catalog/?kind=table")
    page.get_by_role("link", name="Change all…").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Change 2 assets")
    picture(page, "bulk-new")
    page.get_by_label("Tier").select_option("Tier 1")
    page.get_by_label("Technical owner").select_option("Ada Oduya (ada)")
    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_text("2 would change, 0 say so already, 0 are not yours to change.")).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Tier: nothing → Tier 1")
    picture(page, "bulk-preview")
    page.get_by_role("button", name="Change 2 assets").click()

    expect(page.get_by_text("2 changed.")).to_be_visible()
    picture(page, "bulk-report")
    assert set(Asset.objects.of_kinds("table").values_list("tier", flat=True)) == {1}
    page.get_by_role("button", name="Undo…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Undo a bulk edit")
    page.get_by_role("button", name="Change 2 assets").click()
    expect(page.get_by_text("2 changed.")).to_be_visible()
    assert set(Asset.objects.of_kinds("table").values_list("tier", flat=True)) == {None}
    page.get_by_role("link", name="Bulk edits").click()
    expect(page.get_by_role("row")).to_have_count(3)
    picture(page, "bulk-list")


def test_who_may_not_change_proposes_many(company, enter, picture):
    make_policy()
    make_user("vera", "viewer", full_name="Vera Lind")
    page = enter("vera", "/catalog/bulk/new/?kind=table")
    page.get_by_label("Tier").select_option("Tier 1")
    page.get_by_role("button", name="Preview").click()

    expect(
        page.get_by_text("2 are not yours to change. Without a proposal they are skipped.")
    ).to_be_visible()
    page.get_by_label("Propose these to who may change them").check()
    picture(page, "bulk-propose")
    page.get_by_label("Reason").fill("Everything depends on them.")
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_text("2 proposed.")).to_be_visible()


def test_only_what_is_picked_is_changed(company, enter, axe):
    page = enter("ada", "/catalog/?kind=table")
    page.get_by_role("button", name="Change what is picked…").click()
    expect(page.get_by_text("Nothing is selected")).to_be_visible()
    page.go_back()
    page.get_by_role("checkbox", name="Pick orders").check()
    axe(page)
    page.get_by_role("button", name="Change what is picked…").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Change 1 asset")
    page.get_by_label("Tier").select_option("Tier 1")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("orders")
