"""The tab of an asset that tells which queries ran: how to switch it on, and what it says then."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.build import make_policy, make_token, make_user

BY_CITY = """SELECT c.city, count(*) FROM orders o JOIN customer c ON c.id = o.customer_id
WHERE c.city = 'Basel' GROUP BY 1"""


def log(database: str) -> list[dict]:
    """Two users, five days."""
    now = timezone.now()
    busy = [
        {
            "query": "SELECT * FROM orders WHERE id = 5",
            "user": "report",
            "count": 10 + day,
            "duration_ms": 2.5,
        }
        | {"at": (now - timedelta(days=day)).isoformat()}
        for day in range(5)
    ]
    more = [
        {"query": BY_CITY, "user": "ann", "count": 3, "duration_ms": 40, "rows": 12},
        {"query": "UPDATE orders SET status = 'paid' WHERE id = 1", "user": "shop", "duration_ms": 1},
    ]
    return [{**each, "database": database} for each in (*busy, *more)]


@pytest.fixture
def send(live, company):
    """Hand over a log at the API's door, as a program does."""

    def post(page):
        address = f"{live.url}/api/v1/sources/{company.source.code}/queries/?batch=monday"
        headers = {"Authorization": f"Bearer {make_token(company.ada)}"}
        answer = page.request.post(address, data=log(company.scratch.name), headers=headers)
        assert (answer.status, answer.json()["rejected"]) == (202, [])
        run_job(job_id=Job.objects.get(code=answer.json()["job"]).pk)

    return post


def shot(page, name: str) -> None:
    """A picture for whoever wants to look, where SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(folder) / f"{name}-{scheme}.png", full_page=True)


def test_the_tab_says_how_to_switch_it_on_and_then_who_uses_the_table(enter, company, send, axe):
    page = enter("ada", company.orders.get_absolute_url())
    page.get_by_role("link", name="Queries", exact=True).click()
    expect(page.get_by_text("It is not known which queries ran")).to_be_visible()
    expect(page.get_by_label("What an administrator runs")).to_have_text(
        "CREATE EXTENSION pg_stat_statements;"
    )
    axe(page)
    shot(page, "none")

    send(page)
    page.reload()
    expect(page.get_by_role("img", name="Runs a day: 30 values")).to_be_visible()
    expect(page.get_by_text("64 runs in the last 30 days")).to_be_visible()
    first = page.get_by_role("row").filter(has_text="SELECT * FROM orders")
    expect(first).to_contain_text("60")
    expect(first).to_contain_text("2.5")
    expect(page.get_by_text("Basel")).to_have_count(0)
    expect(page.get_by_role("listitem").filter(has_text="report")).to_contain_text("60 runs")
    page.get_by_text("Runs day by day").click()
    expect(page.get_by_role("row").filter(has_text=f"{timezone.now():%Y}")).to_have_count(5)
    expect(page.get_by_label("Query 2")).to_be_hidden()
    page.locator("summary").filter(has_text="SELECT c.city").click()
    expect(page.get_by_label("Query 2")).to_contain_text("c.city = '…'")
    axe(page)
    shot(page, "full")

    page.get_by_role("listitem").filter(has_text="id").get_by_role("link", name="customer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("customer")
    page.get_by_role("link", name="Queries", exact=True).click()
    expect(page.get_by_text("3 runs in the last 30 days")).to_be_visible()
    expect(page.get_by_role("link", name="orders", exact=True)).to_be_visible()


def test_who_only_looks_is_not_told_who_runs_queries(enter, company, send, ada, axe):
    send(enter("ada", company.orders.get_absolute_url()))
    make_policy("all", actions=["view"])
    make_user("vera", "viewer")
    page = enter("vera", f"/catalog/assets/{company.orders.code}/queries/")
    expect(page.get_by_text("64 runs in the last 30 days")).to_be_visible()
    expect(page.get_by_text("Most joined with")).to_be_visible()
    expect(page.get_by_text("Top users")).to_have_count(0)
    axe(page)
