"""The harvests of a source, and what one of them noticed, in the browser."""

import pytest
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import Clearance
from catalog.assets.models import Asset
from catalog.harvest.models import Harvest
from catalog.sources.models import Source
from stewardship.jobs.models import Job
from stewardship.jobs.services import submit_job
from stewardship.jobs.work import run_job
from tests.build import make_policy, make_user
from tests.catalog.scratch import harvest, make_source

TABLES = [f"CREATE TABLE t{number} (id int PRIMARY KEY, name varchar(20))" for number in range(6)]
PART = {"HX-Request": "true", "HX-Target": "state"}


@pytest.fixture
def shop(scratch_db):
    """A source of six tables that was harvested once."""
    scratch_db.run(*TABLES)
    source = make_source(scratch_db)
    harvest(source)
    return source


def latest(source: Source) -> Harvest:
    return source.harvests.first()


def told(page):
    """What the page lists: the asset's title, the event, and the changes in words."""
    return [
        (each.version.asset.title, each.version.event, [change.text for change in each.changes])
        for each in page.context["entries"]
    ]


def run_all_jobs():
    for job in Job.objects.unfinished():
        run_job(job_id=job.pk)


def test_the_page_tells_what_was_read_and_what_changed_the_worst_first(shop, scratch_db, ana, signed_in):
    scratch_db.run(
        "DROP TABLE t0",
        "ALTER TABLE t1 ADD COLUMN born date",
        "ALTER TABLE t2 DROP COLUMN name",
        "CREATE TABLE t9 (id int)",
    )
    harvest(shop)

    page = signed_in(ana).get(latest(shop).get_absolute_url())

    assert told(page) == [
        ("t0", "missing", ["Not seen in its source"]),
        ("t2", "changed", ["Column name removed: character varying(20)"]),
        ("t1", "changed", ["Column born added: date"]),
        ("t9", "first", []),
    ]
    assert [(name, number) for name, _, number in page.context["events"]] == [
        ("missing", 1),
        ("changed", 2),
        ("first", 1),
    ]
    scope = page.context["harvest"].databases[0]
    assert (scope["database"], scope["state"], scope["listed"]) == (scratch_db.name, "succeeded", 6)
    only = signed_in(ana).get(latest(shop).get_absolute_url(), {"event": "first"})
    assert told(only) == [("t9", "first", [])]


def test_the_list_shows_only_what_the_reader_may_see_and_says_so(shop, signed_in):
    make_policy("internal", {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"})
    Asset.objects.update(sensitivity=Clearance.INTERNAL)
    Asset.objects.filter(name__endswith="t3").update(sensitivity=Clearance.RESTRICTED)

    page = signed_in(make_user("otto", "auditor")).get(latest(shop).get_absolute_url())

    titles = {title for title, *_ in told(page)}
    assert "t2" in titles
    assert "t3" not in titles
    assert page.context["all"] == latest(shop).created - 1
    assert "of what you may see" in page.text


def test_a_key_to_a_hidden_table_is_told_without_its_name(shop, scratch_db, signed_in):
    make_policy("internal", {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"})
    Asset.objects.update(sensitivity=Clearance.INTERNAL)
    Asset.objects.filter(name__endswith="t3").update(sensitivity=Clearance.RESTRICTED)
    scratch_db.run("ALTER TABLE t1 ADD COLUMN other int REFERENCES t3")
    harvest(shop)
    otto, row = make_user("otto", "auditor"), latest(shop)

    page = signed_in(otto).get(row.get_absolute_url())
    answer = signed_in(otto).get(f"/api/v1/harvests/{row.code}/versions/")

    assert "Foreign key added" in page.text
    assert "foreign_key_added" in answer.text
    for text in (page.text, answer.text):
        assert "public.t3" not in text


@pytest.mark.parametrize("tables", [1, 60])
def test_the_page_costs_the_same_for_any_number_of_changes(
    scratch_db, ana, signed_in, tables, django_assert_max_num_queries
):
    scratch_db.run(*[f"CREATE TABLE t{number} (id int)" for number in range(tables)])
    source = make_source(scratch_db)
    harvest(source)
    browser = signed_in(ana)

    with django_assert_max_num_queries(17):
        page = browser.get(latest(source).get_absolute_url())

    assert len(page.context["entries"]) == min(tables + 2, 50)


def test_the_fail_safe_is_explained_and_passed_only_by_who_says_so(shop, scratch_db, ana, signed_in):
    scratch_db.run("DROP TABLE t0, t1, t2, t3")
    harvest(shop)
    browser = signed_in(ana)
    stopped = browser.get(latest(shop).get_absolute_url())
    source = browser.get(shop.get_absolute_url()).text
    assert source.count("assets are not listed any more") == 1
    assert "Harvest again and accept the removals</button>" in source
    assert stopped.context["harvest"].state == "stopped"
    assert "The fail-safe stopped this harvest" in stopped.text
    assert not Asset.objects.filter(missed_at__isnull=False).exists()

    form = {"accept_removals": "1", "thorough": "1"}
    browser.post(f"/sources/{shop.code}/harvest/", form)
    run_all_jobs()

    done = latest(shop)
    assert (done.state, done.missing) == ("succeeded", 4)
    assert '"accepted":true' in Entry.objects.filter(action="harvest.source_harvested").latest("pk").body
    assert "The fail-safe stopped" not in browser.get(done.get_absolute_url()).text


def test_who_may_only_look_is_not_offered_to_accept(shop, scratch_db, signed_in, everybody_sees):
    scratch_db.run("DROP TABLE t0, t1, t2, t3")
    harvest(shop)
    browser = signed_in(make_user("otto", "auditor"))

    page = browser.get(latest(shop).get_absolute_url()).text

    assert "The fail-safe stopped" in page
    assert "accept the removals</button>" not in page + browser.get(shop.get_absolute_url()).text
    assert browser.post(f"/sources/{shop.code}/harvest/", {"accept_removals": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("job_state", "shown", "live"),
    [("running", "running", True), ("queued", "queued", True), ("failed", "failed", False)],
)
def test_a_harvest_whose_worker_died_does_not_look_running(shop, ana, signed_in, job_state, shown, live):
    job = submit_job(kind="catalog.harvest", arguments={}, actor="ana", subject=shop.subject)
    ended = timezone.now() if job_state == "failed" else None
    Job.objects.filter(pk=job.pk).update(state=job_state, finished_at=ended, message="Its worker died.")
    row = Harvest.objects.create(source=shop, actor="ana", began_at=timezone.now(), job=job)
    browser = signed_in(ana)

    page = browser.get(row.get_absolute_url())
    part = browser.get(row.get_absolute_url(), headers=PART)

    assert page.context["harvest"].shown_state == shown
    assert ('hx-trigger="every 2s"' in page.text) is live
    assert part.status_code == (200 if live else 286)
    assert "Its worker died." in part.text
    found = {
        state: [
            each.pk for each in browser.get(f"/sources/{shop.code}/harvests/?state={state}").context["page"]
        ]
        for state in ("running", "failed")
    }
    assert (row.pk in found["running"], row.pk in found["failed"]) == (live, not live)


def test_the_list_is_paged_and_costs_the_same(shop, ana, signed_in, django_assert_max_num_queries):
    at = timezone.now()
    Harvest.objects.bulk_create(
        Harvest(source=shop, actor="x", state="unchanged", began_at=at, ended_at=at) for _ in range(30)
    )
    browser = signed_in(ana)

    with django_assert_max_num_queries(12):
        page = browser.get(f"/sources/{shop.code}/harvests/")
    second = browser.get(f"/sources/{shop.code}/harvests/", {"page": "2", "state": "unchanged"})

    assert (len(page.context["page"]), page.context["page"].paginator.count) == (25, 31)
    assert len(second.context["page"]) == 5


def test_the_source_page_offers_both_harvests_and_lists_the_latest(shop, ana, signed_in):
    browser = signed_in(ana)
    browser.post(f"/sources/{shop.code}/harvest/", {"thorough": "1"})

    page = browser.get(shop.get_absolute_url())

    assert Job.objects.unfinished().get().arguments == {"source_id": shop.pk, "thorough": True}
    assert "List everything again" in page.text
    assert [row.pk for row in page.context["harvests"]] == [latest(shop).pk]
    again = browser.post(f"/sources/{shop.code}/harvest/", {"accept_removals": "1"})
    assert (again.status_code, "is under way" in again.text) == (409, True)


def test_who_sees_no_sources_sees_no_harvests(shop, vera, signed_in):
    for address in (latest(shop).get_absolute_url(), f"/sources/{shop.code}/harvests/"):
        assert signed_in(vera).get(address).status_code == 403
