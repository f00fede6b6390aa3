"""A file of metadata is taken away, handed in again, looked at and carried out, by clicks."""

import json

from playwright.sync_api import expect

from catalog.assets.models import Asset
from tests.build import make_asset, make_policy


def test_a_file_is_taken_away_changed_and_handed_in_again(enter, axe, ada, eager, tmp_path):
    make_policy("all", actions=["view", "change"])
    make_asset("shop.public.orders", description="Orders")
    page = enter("ada", "/catalog/")
    page.get_by_role("link", name="Export and import").click()
    axe(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Export everything").click()
    document = json.loads(taken.value.path().read_text())
    assert document["assets"][0]["description"] == "Orders"
    document["assets"][0]["description"] = "One row for each order"
    document["domains"] = [{"slug": "sales", "name": "Sales", "steward": "nobody"}]
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(document))

    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Import of changed.json")).to_be_visible()
    progress = page.locator("#progress").get_by_role("status")
    expect(progress).to_contain_text("1 would change")
    expect(page.get_by_role("row", name="sales")).to_contain_text("There is nobody called “nobody”.")
    expect(page.get_by_role("row", name="shop.public.orders").locator("del")).to_have_text("Orders")
    axe(page)
    page.get_by_role("button", name="Import").click()

    expect(progress).to_contain_text("1 written, 1 skipped.")
    page.get_by_label("Filter").get_by_role("link", name="Skipped").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    axe(page)
    assert Asset.objects.get().description == "One row for each order"
