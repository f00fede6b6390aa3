"""The API's own pages, Django's back office, and what each role finds at home."""

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import expect

from tests.build import make_policy, make_token, make_user
from tests.catalog.scratch import scratch_database
from tests.house.world import World
from tests.plugins.browser import violations

EVERYBODY = ["Catalog", "Lineage", "Quality", "Models", "Access", "Jobs"]
ENGINEERS = ["Catalog", "Sources", "Lineage", "Quality", "Models", "Access", "Jobs"]
NAVIGATION = {
    "viewer": EVERYBODY,
    "analyst": EVERYBODY,
    "platform_engineer": ENGINEERS,
    "ml_engineer": ENGINEERS,
    "steward": ENGINEERS,
    "privacy_officer": ["Catalog", "Sources", "Lineage", "Quality", "Compliance", "Models", "Access", "Jobs"],
    "auditor": [*ENGINEERS[:4], "Compliance", "Models", "Access", "Audit", "Jobs"],
    "administrator": [*ENGINEERS[:4], "Compliance", "Models", "Access", "Audit", "Jobs"],
}


# Nobody guessed a password, no grant is about to end, no source was asked what ran there.
NOTHING_YET = {"AccessAttempt", "AccessFailureLog", "DdlFeed", "EndWarning", "UsageCounter"}


def test_each_role_finds_a_home_whose_links_all_open(enter, company):
    company.rule, company.request, company.proposal, company.model  # noqa: B018 - something to show
    make_policy("all", actions=["view", "change"])
    found = {}
    for role in NAVIGATION:
        make_user(f"a-{role}", role)
        page = enter(f"a-{role}")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Good to see you, a-{role}")
        assert (role, violations(page, "light")) == (role, [])
        found[role] = page.get_by_role("navigation", name="Main").get_by_role("link").all_inner_texts()
        links = page.locator("a[href^='/']").evaluate_all("all => [...new Set(all.map(a => a.href))]")
        dead = {link: page.request.get(link).status for link in links}
        assert (role, {link for link, status in dead.items() if status != 200}) == (role, set())

    assert found == NAVIGATION


def test_the_api_is_tried_out_on_its_own_page(enter, ada):
    page = enter("ada", "/api/docs/")
    page.locator("#operations-tag-me").click()
    call = page.locator(".opblock").filter(has=page.get_by_text("/api/v1/me/", exact=False))
    call.locator(".opblock-summary-control").click()
    call.get_by_role("button", name="Try it out").click()
    call.get_by_role("button", name="Execute").click()
    expect(call.locator(".live-responses-table")).to_contain_text('"username": "ada"')


@pytest.fixture
def root(company):
    company.rule, company.request, company.proposal, company.model, company.event  # noqa: B018
    company.policy, company.consent, company.away  # noqa: B018 - rows for the back office
    make_token(company.ada)
    return make_user("root", is_superuser=True, team="Data")


@pytest.fixture
def everything_there_is(live, eager):
    with scratch_database() as made:
        world = World(made)
        world.begin()
        world.hide()
        world.after()
        make_user("root", is_superuser=True, team="Data")
        yield world


def test_the_back_office_lists_finds_and_shows_every_model(live, enter, everything_there_is):
    page = enter("root", "/admin/")
    expect(page.get_by_role("link", name="govportal administration")).to_be_visible()
    empty = set()
    for model in admin.site._registry:
        assert page.goto(f"{live.url}{reverse(listed(model))}").status == 200
        rows = page.locator("#result_list tbody tr")
        if not rows.count():
            empty.add(model.__name__)
            continue
        rows.first.locator("th a, td a").first.click()
        expect(page.locator("#content h2").first).to_be_visible()

    assert empty == NOTHING_YET


def listed(model):
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"


def test_the_back_office_finds_a_person_and_leaves_changes_to_the_portal(live, enter, root):
    page = enter("root", "/admin/accesscontrol/user/")
    page.locator("#searchbar").fill("vera")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="vera", exact=True).click()
    expect(page.locator("#content")).to_contain_text("Department")
    expect(page.get_by_role("button", name="Save")).to_have_count(0)


def test_the_keyboard_goes_through_pages_in_their_order_and_is_seen(live, enter, company):
    stops = {
        company.orders.get_absolute_url(): ["Search assets", "Inbox", "Colours", "Overview", "id"],
        "/access/policies/new/": ["Access", "Changes", "Policy (JSON)", "Save in a draft", "Cancel"],
    }
    for address, expected in stops.items():
        page = enter("ada", address)
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        seen = walk(page, 60)
        assert [name for name, _, ring in seen if ring == "none"] == []
        assert [place for _, place, _ in seen] == sorted(place for _, place, _ in seen)
        assert [name for name, _, _ in seen if name in expected] == expected

    skip.press("Enter")
    assert [name for name, _, _ in walk(page, 1)] == ["Policies"]  # past the bar


FOCUS = """() => { const on = document.activeElement;
    const all = [...document.body.querySelectorAll('*')];
    const label = on.getAttribute('aria-label') ?? on.labels?.[0]?.textContent ?? on.textContent;
    return [label.trim(), all.indexOf(on), getComputedStyle(on).outlineStyle]; }"""


def walk(page, most):
    """Press Tab until the page ends: [name, place in the document, style of the ring] of each stop."""
    stops = []
    for _ in range(most):
        page.keyboard.press("Tab")
        name, place, ring = page.evaluate(FOCUS)
        if place < 0:
            break
        stops.append((name, place, ring))
    return stops
