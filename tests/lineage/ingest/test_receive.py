"""The door of OpenLineage keeps every event as it came, and says clearly what it refuses."""

import gzip
import json

import pytest
from django.test import Client

from accesscontrol.audit.models import Entry
from lineage.ingest.models import Event
from tests.build import make_token
from tests.lineage.events import DOOR, STORE, run_event

START = run_event("START", inputs=["raw.orders"])


def problem(answer):
    return answer.status_code, [(error["field"], error["detail"]) for error in answer.json()["errors"]]


@pytest.mark.parametrize("path", [DOOR, f"{DOOR}/"])
def test_an_event_is_kept_and_answered_with_201_and_nothing_else(send, path):
    answer = send(START, path)

    assert (answer.status_code, answer.content, answer["Content-Length"]) == (201, b"", "0")
    event = Event.objects.get()
    assert json.loads(event.body) == START
    assert (event.kind, event.namespace, event.name, event.event_type, event.state, event.sender) == (
        "run",
        "etl",
        "load",
        "START",
        "pending",
        "alice",
    )


def test_the_body_is_kept_to_the_letter(send):
    text = json.dumps(START, indent=3).replace("load", "l\\u00e4den ü") + "\n"

    send(text.encode())

    assert Event.objects.get().body == text


def test_the_same_event_twice_is_one_row_however_it_is_written(send):
    send(START)
    answer = send(json.dumps(dict(reversed(START.items())), indent=2).encode())

    assert answer.status_code == 201
    assert Event.objects.count() == 1


def test_events_are_not_doubled_into_the_audit_log(send):
    before = Entry.objects.count()

    send(START)

    assert Entry.objects.count() == before


def test_kinds_are_told_by_shape_and_not_by_schema_url(send):
    described = {key: value for key, value in START.items() if key != "run"} | {"schemaURL": "nonsense"}
    table = {"eventTime": "2026-11-20T10:00:00Z", "dataset": {"namespace": STORE, "name": "raw.orders"}}

    answers = [send(event).status_code for event in (START, described, table)]

    assert answers == [201, 201, 201]
    assert sorted(Event.objects.values_list("kind", "name")) == [
        ("dataset", "raw.orders"),
        ("job", "load"),
        ("run", "load"),
    ]


def test_a_gzip_body_is_unpacked(send):
    answer = send(gzip.compress(json.dumps(START).encode()), **{"Content-Encoding": "gzip"})

    assert answer.status_code == 201
    assert json.loads(Event.objects.get().body) == START


def without(key, inner=None):
    event = json.loads(json.dumps(START))
    if inner is None:
        del event[key]
    else:
        event[key][inner] = None
    return event


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (without("job"), "job.namespace"),
        (without("job", "name"), "job.name"),
        (without("job", "namespace"), "job.namespace"),
        (without("run", "runId"), "run.runId"),
        ({"dataset": {"name": "orders"}}, "dataset.namespace"),
        ({"eventType": "START"}, "job"),
        ({"run": None, "job": None}, "run.runId"),
        ([START], "body"),
        ("START", "body"),
        (7, "body"),
    ],
)
def test_an_event_without_identity_is_refused_by_the_field_it_lacks_and_kept_as_rejected(send, event, field):
    status, errors = problem(send(event))

    assert (status, [name for name, _ in errors]) == (400, [field])
    row = Event.objects.get()
    assert (row.kind, row.state, bool(row.error)) == ("unreadable", "rejected", True)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "The body is empty."),
        (b"{", "The body is not JSON: Expecting property name"),
        (b"hello \x00", "The body is not JSON: Expecting value"),
        (b"\xff\xfe\x00", "The body is not UTF-8."),
        (b"[" * 200_000, "The JSON is nested too deeply."),
        (b'{"job": ' + b"9" * 5000 + b"}", "The body is not JSON: Exceeds the limit"),
    ],
)
def test_what_is_no_json_is_refused_with_the_reason_and_kept_up_to_a_bound(send, body, reason):
    status, errors = problem(send(body))

    assert (status, errors[0][1][: len(reason)]) == (400, reason)
    row = Event.objects.get()
    assert (row.state, row.error[: len(reason)], len(row.body) <= 64 * 1024) == ("rejected", reason, True)


@pytest.mark.parametrize(
    "packed",
    [b"no gzip at all", gzip.compress(b"{}" * 100, mtime=0)[:-12], gzip.compress(b"{}", mtime=0) + b"tail"],
)
def test_a_broken_gzip_body_is_refused(send, packed):
    assert send(packed, **{"Content-Encoding": "gzip"}).status_code == 400
    assert Event.objects.get().state == "rejected"


def test_another_encoding_is_refused_by_name(send):
    answer = send(START, **{"Content-Encoding": "br"})

    assert (answer.status_code, "br is not supported" in answer.json()["detail"]) == (415, True)


def padded(megabytes):
    return json.dumps({**START, "padding": "x" * (megabytes * 1024 * 1024)}).encode()


def test_a_body_of_31_mb_is_kept_though_other_endpoints_take_5(send):
    assert send(padded(31)).status_code == 201


@pytest.mark.parametrize(
    "pack", [lambda body: (body, {}), lambda body: (gzip.compress(body, 1), {"Content-Encoding": "gzip"})]
)
def test_a_body_of_33_mb_is_too_large_packed_or_not(send, pack):
    body, headers = pack(padded(33))

    answer = send(body, **headers)

    assert (answer.status_code, answer.json()["detail"]) == (
        413,
        "An event may have 32 MB at most, unpacked.",
    )
    assert not Event.objects.exists()


def test_departures_from_the_standard_are_kept_with_warnings(send):
    event = {
        "eventTime": "2026-11-20T10:00:00",
        "eventType": "BEGIN",
        "run": {"runId": "run-17", "facets": None},
        "job": {"namespace": "etl", "name": "load"},
        "inputs": [{"name": "orders"}, {"namespace": STORE, "name": "orders", "facets": {"schema": {}}}],
        "outputs": None,
    }

    assert send(event).status_code == 201
    assert Event.objects.get().warnings == [
        "producer is missing.",
        "schemaURL is missing.",
        "run.facets is null; leave it out instead.",
        "eventTime has no time zone; UTC is taken.",
        "eventType 'BEGIN' is not known.",
        "run.runId is not a UUID; one is derived from it.",
        "inputs[0] has no namespace or no name; it is left out.",
        "inputs[1].facets.schema has no _schemaURL.",
        "outputs is not a list.",
    ]


def test_strangers_are_refused_with_problem_details(alice, bob):
    def status(token):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return Client().post(DOOR, START, content_type="application/json", headers=headers)

    assert status("").status_code == 401
    assert status("gvp_wrong").status_code == 401
    assert status(make_token(alice, "read")).status_code == 403
    assert status(make_token(bob, "write")).status_code == 403
    answer = status(make_token(bob, "lineage"))
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert status(make_token(alice, "write")).status_code == 201


def test_a_cookie_of_the_browser_sends_no_events(alice_client):
    assert alice_client.post(DOOR, START, content_type="application/json").status_code == 401


def test_a_token_for_lineage_opens_nothing_else(alice):
    headers = {"Authorization": f"Bearer {make_token(alice, 'lineage')}"}

    assert Client().get(f"{DOOR}/events/", headers=headers).status_code == 403


def test_a_batch_keeps_the_good_ones_and_names_the_bad_ones(send):
    batch = [START, without("job"), "nonsense", run_event("COMPLETE", outputs=["mart.orders"])]

    answer = send(batch, f"{DOOR}/batch")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "partial_success",
        "summary": {"received": 4, "successful": 2, "failed": 2, "retriable": 0, "non_retriable": 2},
        "failed_events": [
            {"index": 1, "reason": "job.namespace: This is missing or empty.", "retriable": False},
            {"index": 2, "reason": "An event is a JSON object.", "retriable": False},
        ],
    }
    assert sorted(Event.objects.values_list("state", flat=True)) == ["pending"] * 2 + ["rejected"] * 2


def test_events_of_a_batch_are_kept_to_the_letter(send):
    text = json.dumps(START, indent=1).replace('"load"', '"l\\u00e4den"')

    answer = send(f" [ {text} ,\n{json.dumps(run_event('COMPLETE'))}]".encode(), f"{DOOR}/batch/")

    assert answer.json()["summary"]["successful"] == 2
    assert Event.objects.order_by("-size").first().body == text


@pytest.mark.parametrize("body", [b"{}", b"[1, 2", b""])
def test_a_batch_that_is_no_array_is_refused(send, body):
    assert send(body, f"{DOOR}/batch").status_code == 400
    assert Event.objects.get().state == "rejected"


def test_an_empty_batch_is_a_success(send):
    assert send([], f"{DOOR}/batch").json()["status"] == "success"


def test_whatever_the_client_accepts_it_is_answered(send):
    assert send(START, Accept="application/xml").status_code == 201


def test_keeping_an_event_takes_few_queries(send, query_count):
    send(START)

    with query_count(4):
        send(run_event("COMPLETE"))
