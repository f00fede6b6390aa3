"""The list of sources, and taking one out of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accesscontrol.audit.models import Entry
from catalog.enforcement.models import Enforcement
from catalog.sources.models import Source
from stewardship.jobs.models import Job
from tests.build import make_asset
from tests.catalog.scratch import harvest, make_source


def test_the_list_counts_what_the_reader_may_see(ana, signed_in, scratch_db):
    source = make_source(scratch_db)
    make_asset(source=source)
    make_asset("shop.public.gone", source=source, removed_at="2026-01-01T00:00Z")

    response = signed_in(ana).get("/sources/")

    assert [(row.name, row.asset_count) for row in response.context["page"]] == [("Shop", 1)]


@pytest.mark.parametrize("number", [1, 4])
def test_the_list_costs_the_same_for_any_length(
    ana, signed_in, scratch_db, number, django_assert_max_num_queries
):
    for at in range(number):
        make_source(scratch_db, name=f"Shop {at}")
    browser = signed_in(ana)

    with django_assert_max_num_queries(11):
        browser.get("/sources/")


def test_the_list_tells_the_last_harvest_and_the_next(ana, signed_in, scratch_db):
    source = make_source(scratch_db, schedule="0 4 * * *")
    make_source(scratch_db, name="Other")
    harvest(source)
    harvest(source)

    page = signed_in(ana).get("/sources/")

    rows = {row.name: (latest, moments) for row, _, latest, moments in page.context["listed"]}
    assert rows["Other"] == (None, [])
    assert rows["Shop"][0] == source.harvests.order_by("-pk").first()
    assert rows["Shop"][1][0].hour == 4


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Other", "Shop"]),
        ({"state": "ok"}, ["Shop"]),
        ({"state": "failed"}, []),
        ({"kind": "postgresql", "state": "never"}, ["Other"]),
        ({"kind": "mysql"}, []),
        ({"kind": "abacus"}, ["Other", "Shop"]),
    ],
)
def test_the_list_is_filtered(ana, signed_in, scratch_db, query, names):
    harvest(make_source(scratch_db))
    make_source(scratch_db, name="Other")

    page = signed_in(ana).get("/sources/", query)

    assert [row.name for row in page.context["page"]] == names


def test_a_removed_source_leaves_its_assets(ana, signed_in, scratch_db):
    source = make_source(scratch_db)
    scratch_db.run("CREATE TABLE t (id int)")
    harvest(source)
    asset = source.assets.get(kind="table")
    before = asset.updated_at

    response = signed_in(ana).post(f"/sources/{source.code}/remove/")

    assert response.url == "/sources/"
    assert not Source.objects.exists()
    asset.refresh_from_db()
    assert (asset.source, asset.removed_at, asset.updated_at) == (None, None, before)
    assert asset.versions.count() == 1
    entry = Entry.objects.get(action="sources.removed")
    assert (entry.actor, entry.object_id) == ("ana", str(source.code))
    again = harvest(make_source(scratch_db))
    assert again.state == "succeeded"
    asset.refresh_from_db()
    assert asset.source == Source.objects.get()


def test_a_source_is_not_removed_under_a_harvest_or_under_enforcement(ana, signed_in, scratch_db):
    source = make_source(scratch_db)
    browser = signed_in(ana)
    browser.post(reverse("sources:harvest", args=[source.code]))
    assert "is under way" in browser.post(f"/sources/{source.code}/remove/").text

    Job.objects.update(state="cancelled", finished_at=timezone.now())
    row = Enforcement.objects.create(source=source, database="shop", ledger={"steps": []})
    assert "Policies are enforced" in browser.post(f"/sources/{source.code}/remove/").text
    row.delete()
    assert browser.post(f"/sources/{source.code}/remove/").status_code == 302
