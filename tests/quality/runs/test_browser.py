import pytest
from playwright.sync_api import expect

from catalog.domains.models import Domain
from quality.rules.services import define_rule
from quality.runs.services import evaluate
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job


@pytest.fixture
def orders(shop):
    """A table with sound and broken rules, measured three times."""
    asset = shop.table(
        "orders", "id int, email text, placed date", domain=Domain.objects.create(slug="sales", name="Sales")
    )
    shop.insert("orders", "1, 'a@x', now()", "2, NULL, '2020-01-01'", "3, 'c', now()")
    for kind, column, parameters, severity in (
        ("completeness", "email", {}, "critical"),
        ("uniqueness", "id", {}, "high"),
        ("pattern", "email", {"pattern": "@"}, "medium"),
        ("volume", None, {"minimum": 2}, "low"),
    ):
        define_rule(
            asset=asset,
            actor="alice",
            name=f"{kind} of {column or 'rows'}",
            kind=kind,
            field=asset.fields.get(name=column) if column else None,
            parameters=parameters,
            threshold=0.95,
            severity=severity,
            description="Invoices are sent there.",
        )
    for _ in range(3):
        evaluate(asset=asset, rules=list(asset.rules.select_related("asset__source", "field")), actor="alice")
    return asset


def test_a_person_reads_the_board_runs_a_rule_and_resolves_a_violation(
    live, sign_in, strict_page, faults, axe, alice, shop, orders
):
    page = strict_page
    sign_in(page, "alice")
    page.goto(f"{live.url}/quality/")
    expect(page.get_by_role("heading", name="Quality", exact=True)).to_be_visible()
    axe(page)

    page.get_by_role("link", name="completeness of email").first.click()
    axe(page)
    shop.run("UPDATE {schema}.orders SET email = 'b@x' WHERE email IS NULL")
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_role("heading", name="Running")).to_be_visible()
    run_job(job_id=Job.objects.latest("pk").pk)
    expect(page.get_by_text("3 of 3 rows have a value")).to_be_visible(timeout=10_000)
    expect(page.get_by_text("The rule holds again.")).to_be_visible()

    page.goto(f"{live.url}/quality/assets/{orders.code}/rules/new/?kind=span")
    page.get_by_label("Name").fill("Placed in this century")
    page.get_by_label("Column").select_option(label="placed")
    page.get_by_role("button", name="Define the rule").click()
    expect(page.get_by_text("Give at least one bound.")).to_be_visible()
    faults.clear()  # the browser counts the form's own answer 400 as one
    axe(page)
    page.get_by_label("Lowest").fill("2000-01-01")
    page.get_by_role("button", name="Define the rule").click()
    expect(page.get_by_role("heading", name="Placed in this century")).to_be_visible()

    page.goto(f"{live.url}/catalog/assets/{orders.code}/quality/")
    expect(page.get_by_role("link", name="uniqueness of id")).to_be_visible()
    axe(page)
