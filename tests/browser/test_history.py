"""How an asset's schema changed: its timeline, an old version, two compared, all latest changes, its keys."""

import pytest
from playwright.sync_api import expect

from catalog.assets.models import Asset
from catalog.assets.services import change_asset
from tests.browser.company import Company
from tests.build import make_asset, make_policy
from tests.catalog.scratch import Scratch, harvest, make_source, scratch_database
from tests.plugins.browser import violations


@pytest.fixture
def orders(company: Company):
    """A table whose source changed after the first harvest."""
    with scratch_database() as made:
        made.run(
            "CREATE TABLE buyer (id int PRIMARY KEY)",
            "CREATE TABLE sale (id int PRIMARY KEY, buyer int REFERENCES buyer, email text, born date)",
            "CREATE INDEX by_buyer ON sale (buyer)",
        )
        source = make_source(made, name="Till", settings={"authority": "till.test:5432"})
        harvest(source)
        made.run("ALTER TABLE sale ALTER email TYPE varchar(40), DROP born, ADD city text")
        harvest(source)
        yield Asset.objects.get(source=source, name__endswith=".sale")


def quiet(page):
    return violations(page, "light") + violations(page, "dark")


def test_a_reader_goes_from_the_timeline_to_an_old_version_and_compares_it(enter, orders):
    page = enter("ada", orders.get_absolute_url())
    page.get_by_role("navigation", name="Views of this page").get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", name="Schema history")).to_be_visible()
    expect(page.locator("#version-2")).to_contain_text("Column email: text → character varying(40)")
    expect(page.locator("#version-2")).to_contain_text("Breaking")
    assert quiet(page) == []

    page.get_by_role("link", name="Version 1", exact=True).click()
    expect(page.get_by_text("This is how it was.")).to_be_visible()
    expect(page.get_by_role("cell", name="born", exact=True)).to_be_visible()
    assert quiet(page) == []

    page.get_by_role("link", name="compare them").click()
    expect(page.get_by_role("heading", name="Columns side by side")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="born")).to_contain_text("Removed")
    expect(page.get_by_role("row").filter(has_text="city")).to_contain_text("Added")
    assert quiet(page) == []

    page.get_by_label("To version").fill("1")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_text("both versions say the same")).to_be_visible()


def test_a_wrong_number_is_explained_beside_its_field(enter, orders, refused):
    page = enter("ada", f"{orders.get_absolute_url()}history/compare/")
    page.get_by_label("To version").fill("0")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_text("greater than or equal to 1")).to_be_visible()
    refused(400)


def test_the_timeline_is_filtered_by_impact(enter, orders):
    page = enter("ada", f"{orders.get_absolute_url()}history/")
    page.get_by_role("navigation", name="Impact").get_by_role("link", name="Stricter").click()
    expect(page.get_by_text("No such change")).to_be_visible()
    page.get_by_role("navigation", name="Impact").get_by_role("link", name="Breaking").click()
    expect(page.locator("#version-2")).to_be_visible()
    expect(page.locator("#version-1")).to_have_count(0)


def test_the_catalog_leads_to_all_latest_changes(enter, orders):
    page = enter("ada", "/catalog/")
    page.get_by_role("link", name="Schema changes").click()
    expect(page.get_by_role("heading", name="Schema changes")).to_be_visible()
    page.get_by_label("Impact").select_option("breaking")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".timeline > li")).to_have_count(1)
    assert quiet(page) == []
    page.get_by_role("link", name="sale", exact=True).click()
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()


def test_keys_stand_under_their_own_tab(enter, orders):
    page = enter("ada", orders.get_absolute_url())
    page.get_by_role("navigation", name="Views of this page").get_by_role("link", name="Keys").click()
    expect(page.get_by_role("heading", name="Foreign keys")).to_be_visible()
    expect(page.get_by_role("cell", name="by_buyer")).to_be_visible()
    assert quiet(page) == []
    page.get_by_role("main").get_by_role("link", name="buyer", exact=True).click()
    expect(page.get_by_role("heading", name="buyer", level=1)).to_be_visible()


def test_what_a_project_says_of_a_table_stands_on_its_page(enter, ada):
    tests = [{"name": "unique", "column": "id", "last_result": {"status": "pass"}}]
    extra = {"tags": ["core"], "tests": tests}
    said = {"source": "Project", "kind": "dbt", "comment": "One a day", "facts": {"extra": extra}}
    asset = make_asset("shop.public.days", columns="id", facts={"documented": {"some code": said}})
    make_policy("all")
    page = enter("ada", asset.get_absolute_url())
    expect(page.get_by_role("heading", name="Documented in Project")).to_be_visible()
    expect(page.get_by_text("Test unique of id")).to_be_visible()
    assert quiet(page) == []


@pytest.fixture
def renamed(company: Company):
    """A table whose description somebody wrote, under another name in its source."""
    with scratch_database() as made:
        made.run("CREATE TABLE legs (id int PRIMARY KEY, length int, side text)")
        source = make_source(made, name="Body", settings={"authority": "body.test:5432"})
        harvest(source)
        asset = Asset.objects.get(source=source, name__endswith=".legs")
        change_asset(asset=asset, actor="ada", changes={"description": "What one stands on"})
        made.run("ALTER TABLE legs RENAME TO limbs")
        harvest(source)
        yield asset


def test_a_renamed_table_keeps_what_people_said_of_it(enter, renamed):
    page = enter("ada", "/inbox/")
    page.get_by_role("link", name=renamed.name).click()
    expect(page.get_by_role("heading", name="Is limbs what legs was?")).to_be_visible()
    expect(page.get_by_text("What one stands on")).to_be_visible()
    assert quiet(page) == []
    page.get_by_role("button", name="It is the same").click()
    expect(page.get_by_role("heading", name="limbs", level=1)).to_be_visible()
    expect(page.get_by_text("What one stands on")).to_be_visible()
    expect(page.get_by_role("link", name="legs", exact=True)).to_be_visible()


def test_another_table_is_declined_with_a_reason(enter, renamed, refused):
    page = enter("ada", "/inbox/")
    page.get_by_role("link", name=renamed.name).click()
    page.get_by_role("button", name="It is another one").click()
    expect(page.get_by_text("Say how you know that it is another one.")).to_be_visible()
    refused(400)
    page.get_by_label("Reason").fill("A new design")
    page.get_by_role("button", name="It is another one").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    expect(page.get_by_role("link", name=renamed.name)).to_have_count(0)


def test_who_answers_for_what_broke_is_told(enter, orders, ada):
    change_asset(asset=orders, actor="ada", changes={"owner": ada})
    Scratch(orders.facts["database"]).run("ALTER TABLE sale DROP city")
    harvest(orders.source)
    page = enter("ada", "/notices/")
    page.get_by_role("link", name="sale: Column city removed: text").click()
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    expect(page.get_by_text("Column city removed: text").first).to_be_visible()
