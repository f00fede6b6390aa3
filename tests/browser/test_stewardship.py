"""Proposals from their author to the steward's answer, and long work while it runs."""

import re

import pytest
from playwright.sync_api import expect

from catalog.assets.services import change_asset
from stewardship.approvals.services import propose
from stewardship.jobs.kinds import KINDS, job_kind
from stewardship.jobs.services import submit_job
from stewardship.jobs.work import run_job
from tests.build import make_asset, make_policy, make_user


@pytest.fixture
def orders(live):
    """Everybody sees it, and whose role lets them may change it."""
    make_policy("all", actions=["view", "change"])
    return make_asset(description="All orders")


@pytest.fixture
def people(orders):
    return {
        "vera": make_user("vera", "viewer", full_name="Vera Lind"),
        "sofia": make_user("sofia", "steward", full_name="Sofia Marino"),
    }


def proposed(orders, author, text):
    return propose(
        verb="catalog.change_asset",
        subject=orders,
        changes={"description": text},
        reason="I am asked.",
        author=author,
    )


def test_a_viewer_proposes_and_the_steward_sees_the_difference_and_approves(
    enter, refused, axe, people, orders
):
    page = enter("vera", orders.get_absolute_url())
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    page.get_by_role("link", name="Propose a change of the description").click()
    page.get_by_label("Description").fill("One row for each order")
    page.get_by_label("Reason").fill(" ")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_label("Reason")).to_have_accessible_description(re.compile("This field is required"))
    refused(400)
    axe(page)
    page.get_by_label("Reason").fill("I am asked every week.")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("status").filter(has_text="waits for a decision")).to_be_visible()
    page.get_by_role("link", name="Inbox").click()
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    page.get_by_role("link", name="Proposed by me").click()
    page.get_by_role("link", name=orders.name).click()
    expect(page.get_by_role("button", name="Approve and apply")).to_have_count(0)
    expect(page.get_by_role("button", name="Withdraw")).to_be_visible()

    page = enter("sofia", "/")
    page.get_by_role("link", name="Inbox, 1 waiting").click()
    axe(page)
    page.get_by_role("list", name="What waits for you").get_by_role("link", name=orders.name).click()
    expect(page.locator(".diff .old")).to_have_text("BeforeAll orders")
    expect(page.locator(".diff .new")).to_have_text("AfterOne row for each order")
    expect(page.locator(".diff ins").first).to_have_text("One")
    axe(page)
    page.get_by_role("button", name="Approve and apply").click()
    expect(page.get_by_text("Approved and applied: shop.public.orders.")).to_be_visible()
    expect(page.get_by_role("link", name="Inbox", exact=True)).to_be_visible()  # nothing waits any more
    page.goto(page.url.replace("/inbox/", orders.get_absolute_url()))
    expect(page.locator("#description")).to_contain_text("One row for each order")


def test_a_rejection_needs_its_reason_and_nobody_decides_about_their_own(enter, refused, axe, people, orders):
    proposal = proposed(orders, people["vera"], "Order lines")
    page = enter("sofia", proposal.get_absolute_url())
    page.get_by_role("button", name="Reject").click()
    reason = page.get_by_label("Reason")
    expect(reason).to_have_accessible_description(re.compile("Say why, so that the author can learn"))
    refused(400)
    axe(page)
    reason.fill("Lines are in order_items.")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("Rejected: shop.public.orders.")).to_be_visible()
    page.get_by_role("link", name="Decided").click()
    expect(page.get_by_role("row", name=orders.name)).to_contain_text("Rejected")

    own = proposed(orders, people["sofia"], "Orders of all shops")
    page = enter("sofia", own.get_absolute_url())
    expect(page.get_by_role("button", name="Approve and apply")).to_have_count(0)
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Withdrawn.")).to_be_visible()


def test_a_proposal_made_for_an_older_state_shows_three_versions(enter, refused, axe, people, orders):
    page = enter("sofia", proposed(orders, people["vera"], "Order lines").get_absolute_url())
    change_asset(asset=orders, actor="tests", changes={"description": "Orders, whole"})

    page.get_by_role("button", name="Approve and apply").click()

    expect(page.get_by_text("Somebody changed this after it was proposed")).to_be_visible()
    refused(409)
    axe(page)
    expect(page.get_by_role("row", name="Description")).to_contain_text("Orders, whole")
    page.get_by_label("Take over Description").check()
    page.get_by_role("button", name="Carry on with these").click()
    page.get_by_role("button", name="Approve and apply").click()
    expect(page.get_by_text("Approved and applied: shop.public.orders.")).to_be_visible()


@pytest.fixture
def sheep():
    """A kind of work; what it does in its middle is the test's to say."""
    before, middle = dict(KINDS), []

    @job_kind("test.sheep", "Count sheep")
    def count(work):
        work.log("The gate is open.")
        work.progress(1, 3, "One sheep")
        for look in middle:
            look()
        work.progress(3, 3)
        return {"message": "Three sheep.", "black_ones": 1}

    yield middle
    KINDS.clear()
    KINDS.update(before)


def test_a_job_is_watched_until_it_ends_and_then_left_alone(live, enter, axe, ada, sheep):
    job = submit_job(kind="test.sheep", arguments={}, actor="ada")
    page = enter("ada", "/jobs/")
    expect(page.get_by_role("progressbar", name="Progress of Count sheep")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Count sheep").click()
    expect(page.locator("#state")).to_contain_text("Waiting for a worker.")
    axe(page)
    sheep.append(lambda: expect(page.locator("#state")).to_contain_text("One sheep (1 of 3)"))
    sheep.append(lambda: expect(page.get_by_role("progressbar")).to_have_attribute("value", "1"))

    run_job(job_id=job.pk)

    expect(page.locator(".page-head")).to_contain_text("Succeeded")  # the whole page was loaded anew
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    expect(page.get_by_text("Black ones")).to_be_visible()
    expect(page.locator("[hx-trigger*=every]")).to_have_count(0)
    page.get_by_role("link", name="Jobs").first.click()
    expect(page.get_by_role("row", name="Count sheep")).to_contain_text("Three sheep.")
    expect(page.locator("[hx-trigger*=every]")).to_have_count(0)


def test_a_waiting_job_is_cancelled_after_a_question(enter, ada, sheep):
    job = submit_job(kind="test.sheep", arguments={}, actor="ada")
    page = enter("ada", job.get_absolute_url())

    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog", name="Stop this job?").get_by_role("button", name="Stop").click()

    expect(page.locator(".page-head")).to_contain_text("Cancelled")
    expect(page.locator("[hx-trigger*=every]")).to_have_count(0)
