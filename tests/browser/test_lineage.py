"""The lineage page over the real graph: what a reader opens, follows, may not see, and what is painted."""

import io
import json

import pytest
from PIL import Image
from playwright.sync_api import expect

from lineage.ingest.services import receive_event
from lineage.ingest.tasks import apply_pending
from tests.build import make_asset, make_policy, make_user
from tests.lineage.events import run_event
from tests.lineage.graph.graphs import draw, nodes

SECRET = "hr.raw.salaries"


@pytest.fixture
def orders(live):
    """raw → orders → twelve reports; orders also reads what alice may not see, and so on upstream."""
    make_policy("see")
    vault = {"attribute": "resource.location", "operator": "==", "value": "vault"}
    make_policy("vault", vault, effect="forbid", on_missing="skip", actions=["*"])
    make_user("alice", "platform_engineer")
    raw, orders, secret = (make_asset(name) for name in ("shop.raw.orders", "shop.public.orders", SECRET))
    deeper = make_asset("hr.raw.contracts")
    job = make_asset("nightly.orders", kind="job", namespace="etl")
    draw((raw, orders, job), (secret, orders), (deeper, secret), *((orders, report) for report in nodes(12)))
    secret.location = deeper.location = "vault"
    secret.save()
    deeper.save()
    return orders


@pytest.fixture
def lineage(enter, orders):
    """Open the page of orders as alice, and wait until it is drawn."""

    def visit(query=""):
        page = enter("alice", f"/lineage/{orders.code}/{query}")
        expect(page.locator("#lineage")).to_have_attribute("data-ready", "1")
        return page

    return visit


def names(page):
    """What the rows call their assets, without the offer to ask for a hidden one."""
    texts = page.locator("#lineage-rows td.name").all_inner_texts()
    return [text.removesuffix(" Ask for access") for text in texts]


def press(page, *keys):
    page.locator("#cy").focus()
    for key in keys:
        page.keyboard.press(key)


def test_a_reader_finds_the_asset_opens_the_rest_of_a_hub_and_shares_the_address(lineage, enter, axe, orders):
    page = enter("alice", "/lineage/")
    page.get_by_label("Name of an asset").fill("orders")
    page.get_by_role("button", name="Find").click()
    with page.expect_response("**/elements/?*") as answer:
        page.locator(f"tbody a[href*='{orders.code}']").click()
    picture = answer.value.json()
    status, rows = page.locator("#lineage-status"), page.locator("#lineage-rows tr")
    expect(status).to_have_text("11 assets, 10 links shown.")
    assert sorted(names(page)) == sorted(node["label"] for node in picture["nodes"] if "more_of" not in node)

    page.get_by_role("button", name="Show 4 more downstream of orders").click()
    expect(status).to_have_text("15 assets, 14 links shown.")
    expect(rows).to_have_count(15)
    page.locator("#up").select_option("2")
    expect(status).to_have_text("16 assets, 15 links shown.")
    axe(page)
    page.reload()
    expect(status).to_have_text("16 assets, 15 links shown.")
    assert page.url.endswith(f"?up=2&down=1&lim={orders.code}d%3A58")
    page.get_by_role("button", name="Show orders in the picture").last.click()
    page.get_by_role("button", name="Hide downstream").click()
    expect(status).to_have_text("4 assets, 3 links shown.")
    page.get_by_role("button", name="Show 12 downstream").click()
    expect(rows).to_have_count(16)
    page.get_by_label("Jobs").check()
    expect(rows.filter(has_text="Job")).to_have_count(1)


def test_what_is_hidden_stands_there_without_a_name(lineage):
    page = lineage("?up=0")
    with page.expect_response("**/elements/?*") as picture:
        page.locator("#up").select_option("3")
    expect(page.locator("#lineage-rows")).to_contain_text("Hidden by policy")
    page.get_by_role("button", name="Show Hidden by policy in the picture").first.click()
    expect(page.locator("#lineage-panel")).to_contain_text("A policy hides this asset from you.")
    expect(page.locator("#lineage-panel").get_by_role("link")).to_have_text(["Ask for access"])

    with page.expect_response("**/panel/") as words:
        page.get_by_role("button", name="Show orders in the picture").last.click()
    expect(page.locator("#lineage-panel")).to_contain_text("Upstream")
    heard = [picture.value.text(), words.value.text(), page.content()]
    assert [text for text in heard if "salaries" in text or "contracts" in text] == []


def test_the_picture_is_walked_and_opened_with_keys_and_leads_to_another_root(lineage, axe):
    page = lineage("?up=1")
    status = page.locator("#lineage-status")
    press(page, "ArrowRight")
    expect(status).to_have_text("orders: 2 upstream, 8 downstream shown.")
    press(page, "ArrowRight", *["ArrowDown"] * 9)
    expect(status).to_have_text("4 more downstream, not shown: press Enter to show them.")
    expect(page.locator("#lineage-panel")).to_be_hidden()
    press(page, "Enter")
    expect(status).to_have_text("orders: 2 upstream, 12 downstream shown.")
    press(page, "-")
    expect(page.locator("#lineage-rows tr")).to_have_count(1)
    press(page, "+")
    expect(page.locator("#lineage-rows tr")).to_have_count(15)
    press(page, "Enter")
    expect(page.locator("#lineage-panel h2")).to_be_focused()
    expect(page.locator("#lineage-panel")).to_contain_text("Downstream")
    axe(page)
    press(page, "Escape")
    expect(page.locator("#lineage-panel")).to_be_hidden()

    page.get_by_role("button", name="Show n3 in the picture").click()
    page.get_by_role("button", name="Make root").click()
    expect(page.get_by_role("heading", name="Lineage of n3")).to_be_visible()
    expect(status).to_have_text("2 assets, 1 link shown.")
    page.get_by_role("link", name="Open asset").click()
    expect(page.get_by_role("heading", name="n3", level=1)).to_be_visible()


def test_events_are_found_by_state_and_shown_as_they_arrived(enter, orders):
    for body in (run_event("COMPLETE", "load", "1", ["shop.a"], ["shop.b"]), {"producer": "a typewriter"}):
        receive_event(body=json.dumps(body).encode(), sender="alice")
    apply_pending()
    page = enter("alice", "/lineage/events/")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_label("State").select_option("rejected")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody a").click()
    expect(page.locator("#event-body")).to_contain_text("a typewriter")
    expect(page.get_by_role("alert")).to_contain_text("Rejected.")
    page.goto(page.url.partition("events/")[0] + "runs/")
    page.locator("td.name").get_by_role("link").click()
    expect(page.locator("#lineage-status")).to_have_text("3 assets, 2 links shown.")


def test_cards_are_painted_in_their_colours(strict_page, lineage):
    """Words, icons and borders each bring many shades; cards in the colour of the page bring few."""
    shades = {}
    for motion in ("reduce", "no-preference"):
        for scheme in ("light", "dark"):
            strict_page.emulate_media(reduced_motion=motion, color_scheme=scheme)
            picture = Image.open(io.BytesIO(lineage().locator("#cy").screenshot())).convert("RGB")
            shades[motion, scheme] = len(picture.getcolors(picture.width * picture.height))

    assert {which: number for which, number in shades.items() if number < 1000} == {}
