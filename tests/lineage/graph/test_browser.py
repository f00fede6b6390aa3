"""The lineage pages in a browser, over the real graph: strict CSP, no error in the console, accessible."""

import json

import pytest

from catalog.assets.models import Asset
from lineage.ingest import services
from lineage.ingest.models import Event
from lineage.ingest.tasks import apply_pending
from tests.lineage.events import columns, dataset, run_event
from tests.lineage.graph.graphs import draw, nodes


@pytest.fixture
def graph(live, policies, alice):
    """raw tables → stage → mart, read by 12 reports; one raw table is hidden."""
    made = columns(total=[("shop.raw.orders", "price")])
    for event in (
        run_event("COMPLETE", "stage", "1", ["shop.raw.orders", "hr.raw.salaries"], ["shop.stage.orders"]),
        run_event(
            "COMPLETE",
            "mart",
            "2",
            ["shop.raw.orders", "shop.stage.orders"],
            [dataset("shop.mart.sales", columnLineage=made)],
        ),
        run_event("FAIL", "late", "3", ["shop.raw.orders"], facets={"errorMessage": {"message": "no space"}}),
        {"nothing": 1},
    ):
        services.receive_event(body=json.dumps(event).encode(), sender="alice")
    apply_pending()
    sales = Asset.objects.get(name="shop.mart.sales")
    draw(*((sales, report) for report in nodes(12)))
    Asset.objects.filter(name__startswith="hr.").update(location="vault")
    return sales


PAGES = {
    "start": "/lineage/",
    "graph": "/lineage/{sales}/?up=2",
    "table": "/lineage/{sales}/?format=table&up=2",
    "behind": "/lineage/{sales}/behind/",
    "events": "/lineage/events/",
    "event": "/lineage/events/{event}/",
    "rejected": "/lineage/events/{rejected}/",
    "runs": "/lineage/runs/",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_quiet_and_accessible(live, sign_in, strict_page, axe, graph, name):
    sign_in(strict_page, "alice")
    address = PAGES[name].format(
        sales=graph.code,
        event=Event.objects.get(name="late").code,
        rejected=Event.objects.get(state="rejected").code,
    )

    strict_page.goto(f"{live.url}{address}")
    strict_page.wait_for_load_state("networkidle")

    assert strict_page.locator("h1").count() == 1
    axe(strict_page)


def test_the_picture_is_drawn_from_the_real_graph_and_grows(live, sign_in, strict_page, graph):
    sign_in(strict_page, "alice")
    strict_page.goto(f"{live.url}/lineage/{graph.code}/?up=2")
    status = strict_page.locator("#lineage-status")
    rows = strict_page.locator("#lineage-rows tr")

    strict_page.wait_for_selector("#lineage[data-ready='1']")
    assert status.inner_text() == "12 assets, 12 links shown."
    assert "Hidden by policy" in rows.all_inner_texts()[0]

    strict_page.get_by_label("Jobs").check()
    strict_page.wait_for_selector("#lineage[data-ready='2']")
    assert any("stage" in text and "Job" in text for text in rows.all_inner_texts())


def test_the_panel_tells_columns_and_jobs(live, sign_in, strict_page, graph):
    sign_in(strict_page, "alice")
    strict_page.goto(f"{live.url}/lineage/{graph.code}/")
    strict_page.wait_for_selector("#lineage[data-ready]")

    strict_page.get_by_role("button", name="Show sales in the picture").click()

    panel = strict_page.locator("#lineage-panel")
    panel.get_by_text("via mart").first.wait_for()
    assert panel.locator("summary").first.inner_text() == "1 column"
