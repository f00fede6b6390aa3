"""What tests/mlgovernance/dossiers/test_browser.py leaves: the list's filter, a rejection, the stage."""

from playwright.sync_api import expect

from tests.build import make_user


def test_a_model_is_found_rejected_with_a_reason_and_moved(enter, refused, axe, company):
    company.model  # noqa: B018 - registers it
    make_user("otto", "ml_engineer")
    company.vera  # noqa: B018 - brings the policy by which everybody sees
    page = enter("otto", "/ml/")
    page.get_by_label("Stage").select_option(label="Production")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("No model fits this filter")).to_be_visible()
    page.get_by_role("link", name="Clear").click()
    page.get_by_role("link", name="churn", exact=True).click()
    expect(page.locator("#behind")).to_contain_text("orders")

    page.get_by_label("Reason").fill(" ")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_label("Reason")).to_have_attribute("aria-invalid", "true")
    refused(400)
    axe(page)
    page.get_by_label("Reason").fill("It has never seen last year.")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("Rejected by otto")).to_be_visible()
    page.get_by_label("Stage").select_option(label="Testing")
    page.get_by_role("button", name="Move").click()
    expect(page.locator(".page-head")).to_contain_text("Testing")
    page.get_by_role("link", name="Lineage").last.click()
    expect(page.locator("#lineage-rows")).to_contain_text("orders")
