"""What tests/quality/runs/test_browser.py leaves: wrong numbers, taking a violation up, switching rules."""

import re

import pytest
from playwright.sync_api import expect

from quality.rules.models import Rule


@pytest.fixture
def page(enter, company):
    return enter("ada", f"/catalog/assets/{company.orders.code}/quality/")


def test_a_rule_with_a_wrong_threshold_is_corrected_run_and_its_violation_taken_up(page, live, refused, axe):
    page.get_by_role("link", name="New rule").click()
    page.get_by_label("Name").fill("Orders have a status")
    page.get_by_label("Column").select_option(label="status")
    threshold = page.get_by_label("Threshold")
    threshold.fill("1.5")
    page.locator("form.form").evaluate("form => { form.noValidate = true }")  # as a browser without checks
    page.get_by_role("button", name="Define the rule").click()
    expect(threshold).to_have_accessible_description(re.compile("less than or equal to 1"))
    refused(400)
    axe(page)
    threshold.fill("0.9")
    page.get_by_label("Severity").select_option(label="Critical")
    page.get_by_role("button", name="Define the rule").click()
    page.get_by_role("button", name="Run now").click()
    expect(page.locator(".page-head")).to_contain_text("Failed")
    expect(page.locator("#violations")).to_contain_text("Open")

    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_label("Note")).to_have_accessible_description(re.compile("."))
    refused(400)
    page.get_by_label("Note").fill("The import of May lost it.")
    page.get_by_role("button", name="Take it up").click()
    expect(page.locator("#violations")).to_contain_text("taken up by ada")
    expect(page.locator("#violations")).to_contain_text("The import of May lost it.")
    axe(page)
    page.goto(f"{live.url}/quality/")
    page.get_by_role("link", name="67 %").click()
    expect(page.locator("#rules .chip.remove")).to_have_count(2)
    axe(page)
    page.get_by_role("link", name=re.compile("domain: sales")).click()
    page.get_by_role("link", name=re.compile("dimension")).click()
    expect(page.locator("#rules .chip.remove")).to_have_count(0)
    page.goto(f"{live.url}/")
    expect(page.get_by_role("link", name="Orders have a status")).to_be_visible()


def test_a_rule_is_switched_off_changed_and_deleted_after_a_question(page, live, company, sure):
    page.goto(f"{live.url}{company.rule.get_absolute_url()}")
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("button", name="Run now")).to_have_count(0)
    page.get_by_role("button", name="Enable").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name").fill("A status for each order")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="A status for each order")).to_be_visible()
    sure(page, "Delete")
    expect(page.get_by_text("Deleted: A status for each order.")).to_be_visible()
    assert not Rule.objects.exists()
