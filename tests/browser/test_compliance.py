"""A person's request from its arrival to its answer, and consent given and taken back."""

import re
import zipfile

from playwright.sync_api import expect

from catalog.assets.services import change_field


def test_a_request_is_verified_collected_handed_out_and_closed(enter, refused, axe, company, sure):
    change_field(field=company.column("customer", "email"), actor="ada", changes={"identity": "email"})
    page = enter("ada", "/compliance/")
    page.get_by_role("link", name="New request").click()
    page.get_by_label("E-mail address").fill("ann@")
    page.locator("form.form").evaluate("form => { form.noValidate = true }")  # as a browser without checks
    page.get_by_role("button", name="Start the clock").click()
    email = page.get_by_label("E-mail address")
    expect(email).to_have_accessible_description(re.compile("Enter a valid email address."))
    refused(400)
    axe(page)
    email.fill("ann@example.org")
    page.get_by_role("button", name="Start the clock").click()
    expect(page.locator(".steps [data-state=now]")).to_have_text("Identity")
    page.get_by_label("How did you check who is asking?").fill("Passport")
    page.get_by_role("button", name="Identity verified").click()
    page.get_by_role("button", name="Collect the data").click()
    expect(page.locator(".steps [data-state=now]")).to_have_text("Review")
    expect(page.get_by_role("row", name="customer").first).to_contain_text("Done")
    axe(page)

    page.get_by_text("Extend or refuse").click()
    page.get_by_label("Reason, which the person must be told").fill("Two systems are away.")
    page.get_by_role("button", name="Extend the deadline").click()
    expect(page.locator(".facts > div").filter(has_text="Extended")).to_contain_text("once")
    with page.expect_download() as package:
        page.get_by_role("button", name="Package").click()
    assert "data.json" in zipfile.ZipFile(package.value.path()).namelist()
    sure(page, "Close as answered")
    expect(page.locator(".page-head")).to_contain_text("Answered")
    expect(page.locator(".steps [data-state=done]")).to_have_count(4)
    axe(page)


def test_a_request_is_refused_with_a_reason(enter, refused, axe, company):
    page = enter("ada", company.request.get_absolute_url())
    page.get_by_text("Extend or refuse").click()
    axe(page)
    page.get_by_label("Reason, which the person must be told").fill(" ")
    page.get_by_role("button", name="Refuse the request").click()
    expect(page.get_by_role("alert")).to_have_text("Say why; the person must be told.")
    refused(400)
    axe(page)
    page.get_by_label("Reason, which the person must be told").fill("Nobody of this name.")
    page.get_by_role("button", name="Refuse the request").click()
    expect(page.locator(".page-head")).to_contain_text("Refused")
    page.get_by_role("link", name="Compliance").last.click()
    page.get_by_role("link", name="Closed").click()
    expect(page.get_by_role("row", name="Access request")).to_contain_text("Refused")


def test_consent_is_recorded_found_and_revoked_after_a_question(enter, refused, axe, ada):
    page = enter("ada", "/compliance/consent/")
    page.get_by_role("link", name="Record an answer").click()
    page.get_by_label("Person").fill("ann@example.org")
    page.get_by_label("Purpose").fill(" ")
    page.get_by_label("Version").fill("2026-02")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_label("Purpose")).to_have_attribute("aria-invalid", "true")
    refused(400)
    axe(page)
    page.get_by_label("Purpose").fill("Newsletter")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("The answer is on record.")).to_be_visible()
    page.get_by_label("Person").fill("ann@example.org")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog", name="Revoke this consent?").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("row", name="Newsletter")).to_contain_text("Revoked")
    expect(page.get_by_role("button", name="Revoke")).to_have_count(0)
