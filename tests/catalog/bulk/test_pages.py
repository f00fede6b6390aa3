"""Somebody changes many assets at a browser."""

import csv

import pytest
from django.urls import reverse

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset
from catalog.bulk.models import BulkEdit
from stewardship.approvals.models import Proposal
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.build import make_asset, make_policy, make_user

pytestmark = pytest.mark.django_db
NEW = "/catalog/bulk/new/"


@pytest.fixture
def tables(ana):
    return [make_asset(f"shop.public.t{at}", tier=at or None) for at in range(3)]


def worked_off():
    for job in Job.objects.unfinished():
        run_job(job_id=job.pk)


def said(answer):
    return " ".join(answer.content.decode().split())


def test_from_a_selection_to_a_report(ana, tables, signed_in):
    browser = signed_in(ana)

    assert "Change 3 assets" in said(browser.get(f"{NEW}?q=shop"))
    prepared = browser.post(f"{NEW}?q=shop", {"tier": "1", "owner": "ana"}, follow=True)
    edit = BulkEdit.objects.get()
    assert "3 would change, 0 say so already, 0 are not yours to change." in said(prepared)
    assert "Tier: <del>nothing</del> → <ins>Tier 1</ins>" in said(prepared)
    browser.post(reverse("catalog:bulk-start", args=[edit.code]))
    assert "Waiting for a worker." in said(browser.get(edit.get_absolute_url()))
    worked_off()

    report = said(browser.get(edit.get_absolute_url()))

    assert "3 changed." in report
    assert "Technical owner: <del>nothing</del> → <ins>ana</ins>" in report
    assert set(Asset.objects.values_list("tier", "owner")) == {(1, ana.pk)}


def test_picked_assets_only(ana, tables, signed_in):
    pick = f"{NEW}?pick={tables[0].code}&pick={tables[2].code}&pick=nonsense"

    signed_in(ana).post(pick, {"tier": "-"})

    edit = BulkEdit.objects.get()
    assert (edit.wishes, edit.query) == ({"tier": None}, "")
    assert set(edit.items.values_list("asset", flat=True)) == {tables[0].pk, tables[2].pk}


def test_a_form_that_says_nothing_is_shown_again(ana, tables, signed_in):
    answer = signed_in(ana).post(f"{NEW}?q=shop", {"tier": ""})

    assert answer.status_code == 400
    assert "Say what to set." in said(answer)


def test_what_one_may_not_change_is_proposed_from_the_page(vera, tables, signed_in):
    make_policy("all", actions=["view"])
    browser = signed_in(vera)
    browser.post(f"{NEW}?q=shop", {"tier": "1"})
    edit = BulkEdit.objects.get()
    start = reverse("catalog:bulk-start", args=[edit.code])
    assert "2 are not yours to change. Without a proposal they are skipped." in said(
        browser.get(edit.get_absolute_url())
    )

    silent = browser.post(start, {"propose": "on", "reason": ""})
    browser.post(start, {"propose": "on", "reason": "They matter."})
    worked_off()

    assert silent.status_code == 400
    assert "Say why: who decides about the proposals reads it." in said(silent)
    assert Proposal.objects.count() == 2


def test_the_report_is_filtered_and_taken_away(ana, tables, signed_in):
    browser = signed_in(ana)
    browser.post(f"{NEW}?q=shop", {"tier": "1"})
    edit = BulkEdit.objects.get()
    browser.post(reverse("catalog:bulk-start", args=[edit.code]))
    worked_off()

    filtered = browser.get(f"{edit.get_absolute_url()}?state=same")
    sheet = browser.get(reverse("catalog:bulk-export", args=[edit.code])).content.decode("utf-8-sig")

    assert [line["asset"].name for line in filtered.context["lines"]] == ["shop.public.t1"]
    rows = list(csv.DictReader(sheet.splitlines()))
    assert [(row["name"], row["outcome"], row["what"], row["before"], row["after"]) for row in rows] == [
        ("shop.public.t0", "changed", "tier", "", "Tier 1"),
        ("shop.public.t1", "same", "", "", ""),
        ("shop.public.t2", "changed", "tier", "Tier 2", "Tier 1"),
    ]
    assert Entry.objects.get(action="bulk.report_exported").actor == "ana"


def test_an_edit_is_undone_and_discarded_from_its_page(ana, tables, signed_in):
    browser = signed_in(ana)
    browser.post(f"{NEW}?q=shop", {"tier": "1"})
    edit = BulkEdit.objects.get()
    browser.post(reverse("catalog:bulk-start", args=[edit.code]))
    worked_off()

    undoing = browser.post(reverse("catalog:bulk-undo", args=[edit.code]), follow=True)
    assert "Undo a bulk edit" in said(undoing)
    assert "Tier: <del>Tier 1</del> → <ins>nothing</ins>" in said(undoing)
    prepared = BulkEdit.objects.get(undoes=edit)
    gone = browser.post(reverse("catalog:bulk-discard", args=[prepared.code]), follow=True)

    assert "Discarded. Nothing was changed." in said(gone)
    assert BulkEdit.objects.get() == edit
    assert "Tier: Tier 1" in said(gone)


def test_the_page_of_another_is_not_there(ana, tables, signed_in):
    signed_in(ana).post(f"{NEW}?q=shop", {"tier": "1"})
    edit = BulkEdit.objects.get()

    other = signed_in(make_user("root", "administrator"))

    assert other.get(edit.get_absolute_url()).status_code == 404
    assert other.post(reverse("catalog:bulk-start", args=[edit.code])).status_code == 404


@pytest.mark.parametrize("number", [1, 20])
def test_the_page_costs_the_same_for_any_number(ana, signed_in, query_count, number):
    browser = signed_in(ana)
    for at in range(number):
        make_asset(f"shop.public.m{at}")
    browser.post(f"{NEW}?q=public", {"tier": "1", "domain": "-", "owner": "ana"})

    with query_count(13):
        browser.get(BulkEdit.objects.get().get_absolute_url())
