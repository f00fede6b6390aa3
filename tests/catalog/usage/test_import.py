"""A log of queries that somebody sends: what is good is kept, what is not is named, nothing counts twice."""

import json
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from accesscontrol.audit.models import Entry
from catalog.sources.models import Source
from catalog.usage.log import MOST_BYTES, MOST_LINES
from catalog.usage.models import QueryBatch, QueryDay, QueryKind
from catalog.usage.services import delete_old_usage
from stewardship.jobs.models import Job
from stewardship.jobs.services import cancel_job
from stewardship.jobs.work import run_job
from tests.build import make_asset
from tests.catalog.usage import sending
from tests.catalog.usage.sending import counted

pytestmark = pytest.mark.django_db
ORDERS = "SELECT * FROM orders WHERE id = 5"


@pytest.fixture
def source(db):
    made = Source.objects.create(name="Lake", kind="duckdb", namespace="file://lake")
    for title in ("orders", "customer"):
        facts = {"database": "lake", "schema": "main", "title": title}
        make_asset(f"lake.main.{title}", namespace="file://lake", source=made, facts=facts)
    return made


@pytest.fixture
def post(signed_in, ana, source):
    return partial(sending.post, signed_in(ana), source)


@pytest.fixture
def send(signed_in, ana, source):
    return partial(sending.send, signed_in(ana), source)


def test_good_lines_are_kept_and_the_others_named_with_their_reason(post, signed_in, ana):
    lines = [
        json.dumps({"query": ORDERS, "user": "ann", "duration_ms": 4, "rows": 2, "count": 3}),
        "",
        '{"query": "SELECT',
        json.dumps({"query": ORDERS, "count": 0}),
        json.dumps({"query": "SELECT * FROM customer JOIN orders USING (id)", "user": "bob"}),
        json.dumps({"user": "ann"}),
        json.dumps([1]),
        json.dumps({"query": ORDERS, "at": "2026-11-21T10:00:00"}),
        json.dumps({"query": ORDERS, "at": "1999-11-21T10:00:00Z"}),
        json.dumps({"query": ORDERS, "when": 5}),
        '{"query": "SELECT 1 \\ud800"}',
    ]

    answer = post("\n".join(lines), kind="application/x-ndjson")
    job = counted(answer)

    told = job.result
    assert (told["kept"], told["statements"]) == (2, 2)
    assert job.message == "Lines kept: 2; rejected: 8."
    assert told["rejected"] == answer.json()["rejected"]
    assert {each["line"]: each["reason"] for each in told["rejected"]} == {
        3: "This is not JSON.",
        4: "count: write a whole number from 1 to 1,000,000.",
        6: "query: write the statement.",
        7: 'Write an object: {"query": …}.',
        8: "at: say the time zone, for example 2026-11-21T10:00:00Z.",
        9: "at: write a moment of the last 90 days.",
        10: "There is no field when.",
        11: "query: this is not text.",
    }
    row = QueryDay.objects.get(user_name="ann")
    assert (row.calls, row.total_ms, row.rows) == (3, 12, 6)
    usage = signed_in(ana).get(reverse("api-asset-usage", args=[make_found("orders").code])).json()
    assert usage["calls"] == 4
    assert [each["columns"] for each in usage["joins"]] == [[["id", "id"]]]


def make_found(title):
    return Source.objects.get().assets.get(facts__title=title)


def test_a_batch_that_comes_again_is_counted_once(post, send):
    body = [{"query": ORDERS, "user": "ann"}]

    first, early = post(body, "monday"), post(body, "monday")
    counted(first)
    late = post(body, "monday")
    counted(post(body, "tuesday"))
    send(body)

    assert early.json()["job"] == first.json()["job"]
    assert (late.status_code, late.json()["kept"]) == (200, 1)
    assert QueryDay.objects.get().calls == 3
    assert Entry.objects.filter(action="usage.queries_imported").count() == 3


def test_what_waits_to_be_counted_holds_no_literal(post):
    secret = {"query": "SELECT * FROM orders WHERE note = 'kx7-secret' -- kx7-secret", "user": "ann"}

    counting = post([secret, {**secret, "count": 2}])

    waiting = QueryBatch.objects.get()
    assert "kx7" not in json.dumps(waiting.log)
    assert len(waiting.log["statements"]) == 1
    counted(counting)
    waiting.refresh_from_db()
    assert waiting.log is None
    assert QueryDay.objects.get().calls == 3


def test_a_job_that_is_run_again_counts_nothing_twice(post):
    job = counted(post([{"query": ORDERS}]))
    Job.objects.filter(pk=job.pk).update(state="queued", finished_at=None)

    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.result["kept"]) == ("succeeded", 1)
    assert QueryDay.objects.get().calls == 1


def test_a_batch_that_was_cancelled_is_counted_when_it_comes_again(post):
    first = post([{"query": ORDERS}], "monday")
    cancel_job(job=Job.objects.get(code=first.json()["job"]), actor="ana")

    counted(post([{"query": ORDERS}], "monday"))

    assert QueryDay.objects.get().calls == 1


@pytest.mark.parametrize("value", [True, "5", 1.5, -1, 10**400, float("nan"), float("inf"), [], {}])
def test_a_number_that_is_none_is_rejected(send, value):
    told = send([{"query": ORDERS, "rows": value}])

    assert [each["reason"] for each in told["rejected"]] == [
        "rows: write a whole number from 0 to 1,000,000,000."
    ]


def test_too_much_is_refused_and_the_line_named(post):
    many = post("\n".join([json.dumps({"query": "SELECT 1"})] * (MOST_LINES + 1)))
    large = post("\n".join([json.dumps({"query": "x" * 999_999})] * 3))
    larger = post(b"x" * (MOST_BYTES * 3))

    assert [each.status_code for each in (many, large, larger)] == [413, 413, 413]
    assert f"line {MOST_LINES + 1}" in many.content.decode()
    assert "line 2" in large.content.decode()
    assert not QueryKind.objects.exists()


@pytest.mark.parametrize("body", ["[", "[{]", b"\n\xff", "[" * 100_000])
def test_what_is_not_json_is_refused_whole(post, body):
    answer = post(body)

    assert answer.status_code == 400
    assert "Line" in answer.content.decode()


def test_a_statement_of_a_megabyte_is_kept_as_not_understood(send):
    told = send([{"query": "SELECT * FROM orders WHERE a IN (" + "1," * 500_000 + "1)"}])

    assert (told["kept"], told["unparsed"]) == (1, 1)
    row = QueryKind.objects.get()
    assert not row.understood
    assert len(row.text) <= 4000


def test_a_batch_name_has_an_end(post):
    assert post([], "x" * 101).status_code == 400
    assert post([], "x" * 100).status_code == 202


def test_a_table_that_comes_later_is_recognised_at_the_next_run(send, source):
    send([{"query": "SELECT * FROM later"}])
    assert QueryKind.objects.get().unresolved == 1

    facts = {"database": "lake", "schema": "main", "title": "later"}
    make_asset("lake.main.later", namespace="file://lake", source=source, facts=facts)
    send([{"query": "SELECT * FROM later"}])

    row = QueryKind.objects.get()
    assert row.unresolved == 0
    assert row.links.get().asset.title == "later"


def test_what_ran_90_days_ago_is_deleted(send):
    now = timezone.now()
    then = (now - timedelta(days=89)).isoformat()
    send([{"query": ORDERS, "at": then}, {"query": "SELECT * FROM customer"}])
    assert delete_old_usage() == 0

    QueryDay.objects.filter(query__text__contains="orders").update(day=now.date() - timedelta(days=91))
    QueryKind.objects.filter(text__contains="orders").update(
        first_seen=now - timedelta(days=91), last_seen=now - timedelta(days=91)
    )
    QueryBatch.objects.update(received_at=now - timedelta(days=91))

    assert delete_old_usage() > 0
    assert delete_old_usage() == 0
    assert [row.text for row in QueryKind.objects.all()] == ["SELECT * FROM customer"]
    assert not QueryBatch.objects.exists()
    assert Entry.objects.filter(action="usage.old_deleted").count() == 1


def test_who_may_not_change_sources_sends_nothing(signed_in, vera, source):
    assert sending.post(signed_in(vera), source, []).status_code == 403
