"""Kept events and runs can be looked at by who may, without what policies hide from them."""

import json

import pytest

from accesscontrol.audit.models import Entry
from accesscontrol.policy.querysets import may
from catalog.assets.models import Asset
from lineage.ingest import services
from lineage.ingest.models import Event, Run
from lineage.ingest.tasks import apply_pending
from tests.build import make_token, make_user
from tests.lineage.events import run_event


def receive(*events):
    for event in events:
        services.receive_event(body=json.dumps(event).encode(), sender="alice")


@pytest.fixture
def kept(db):
    """A run that loads a table from a hidden one, an open one, and what nobody could read."""
    receive(
        run_event("COMPLETE", "payroll_k7", "1", ["hr.salaries_k7"], ["mart.costs"]),
        run_event("COMPLETE", "load", "2", ["raw.orders"], ["mart.sales"], at="2026-11-20T11:00:00Z"),
        run_event("FAIL", "merge", "3", ["hr.salaries_k7"], ["mart.costs"], at="2026-11-20T12:00:00Z"),
        {"nothing": 1},
    )
    apply_pending()
    Asset.objects.filter(name__contains="_k7").update(location="vault")


def text(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def about(name):
    return Event.objects.get(name=name)


def test_the_list_shows_events_states_and_reasons(alice_client, kept):
    shown = text(alice_client.get("/lineage/events/"))

    assert ">load<" in shown
    assert "job: An event names a run and its job, a job, or a dataset." in shown
    assert ("_k7" in shown, ">payroll" in shown, ">merge<" in shown, "2 events" in shown) == (
        False,
        False,
        False,
        True,
    )


def test_events_are_filtered_by_state(alice_client, kept):
    shown = text(alice_client.get("/lineage/events/?state=rejected"))

    assert (">load<" in shown, "An event names" in shown) == (False, True)


def test_nobody_finds_by_name_what_they_may_not_see(alice_client, kept):
    assert "No events fit" in text(alice_client.get("/lineage/events/?text=payroll"))
    assert ">load<" in text(alice_client.get("/lineage/events/?text=loa"))


def test_an_event_is_shown_as_it_arrived(alice_client, kept):
    shown = text(alice_client.get(f"/lineage/events/{about('load').code}/"))

    assert "&quot;name&quot;: &quot;raw.orders&quot;" in shown


@pytest.mark.parametrize("name", ["payroll_k7", "merge"])
def test_an_event_does_not_exist_for_who_may_not_see_all_it_tells_of(alice_client, kept, name):
    event = about(name)

    for path in (f"/lineage/events/{event.code}/", f"/api/v1/lineage/events/{event.code}/"):
        assert alice_client.get(path).status_code == 404
    assert alice_client.post(f"/lineage/events/{event.code}/replay/").status_code == 404
    assert not may(make_user("ann", "platform_engineer"), event)


def test_another_event_of_the_same_run_is_still_there(alice_client, kept):
    receive(run_event("START", "merge", "3", ["raw.orders"], at="2026-11-20T11:59:00Z"))
    apply_pending()

    begun = Event.objects.get(name="merge", event_type="START")

    assert "raw.orders" in text(alice_client.get(f"/lineage/events/{begun.code}/"))


def test_a_job_that_is_only_described_is_hidden_with_what_it_reads(alice_client, db):
    said = run_event(None, "plan", inputs=["hr.wages_k7"])
    receive({key: said[key] for key in ("job", "inputs", "eventTime")})
    apply_pending()
    event = about("plan")
    assert alice_client.get(f"/lineage/events/{event.code}/").status_code == 200

    Asset.objects.filter(name="hr.wages_k7").update(location="vault")

    assert alice_client.get(f"/lineage/events/{event.code}/").status_code == 404


def test_text_that_names_what_is_hidden_beside_the_data_is_not_shown(alice_client, kept):
    seen = {"namespace": "postgres://warehouse:5432", "name": "hr.salaries_k7"}
    receive(run_event("COMPLETE", "look", "9", outputs=["mart.looks"], facets={"checked": seen}))
    apply_pending()
    event = about("look")

    page = text(alice_client.get(f"/lineage/events/{event.code}/"))
    answer = alice_client.get(f"/api/v1/lineage/events/{event.code}/").json()

    assert ("names assets that policies hide" in page, "_k7" in page) == (True, False)
    assert (answer["name"], answer["body"]) == ("look", None)


def test_the_error_of_a_run_is_not_told_to_who_may_not_see_all_it_touched(alice_client, kept):
    for run, table in (("3", "hr.salaries_k7"), ("2", "raw.orders")):
        said = {"errorMessage": {"message": f"no column of {table}"}}
        at = "2026-11-20T13:00:00Z"
        receive(run_event("FAIL", "merge" if run == "3" else "load", run, [table], facets=said, at=at))
    apply_pending()

    answer = alice_client.get("/api/v1/lineage/runs/").json()["results"]
    shown = text(alice_client.get("/lineage/runs/"))
    one = alice_client.get(f"/api/v1/lineage/runs/{Run.objects.get(job__name='merge').code}/").json()

    assert {run["job_name"]: run["error"] for run in answer} == {
        "merge": None,
        "load": "no column of raw.orders",
    }
    assert ("_k7" in shown, "no column of raw.orders" in shown) == (False, True)
    assert (one["error"], [each["name"] for each in one["datasets"]]) == (None, ["mart.costs"])


def test_a_rejected_body_is_shown_without_markup(alice_client, db):
    services.receive_event(body=b"<script>alert(1)</script>", sender="alice")

    shown = text(alice_client.get(f"/lineage/events/{Event.objects.get().code}/"))

    assert ("<script>alert" in shown, "&lt;script&gt;alert" in shown) == (False, True)


def reject(event):
    Event.objects.filter(pk=event.pk).update(state="rejected", error="DataError: too long")


def test_a_rejected_event_is_replayed_and_the_log_says_by_whom(alice_client, kept):
    event = about("load")
    reject(event)

    answer = alice_client.post(f"/lineage/events/{event.code}/replay/")

    event.refresh_from_db()
    assert (answer.status_code, event.state, event.error) == (302, "pending", "")
    entry = Entry.objects.get(action="lineage.event_replayed")
    assert (entry.actor, json.loads(entry.body)["details"]) == ("alice", {"reason": "DataError: too long"})
    apply_pending()
    event.refresh_from_db()
    assert event.state == "applied"


def test_what_is_not_rejected_or_no_event_is_not_replayed(alice_client, kept):
    unreadable = Event.objects.get(kind="unreadable")

    for event in (about("load"), unreadable):
        assert alice_client.post(f"/lineage/events/{event.code}/replay/").status_code == 409
        assert alice_client.post(f"/api/v1/lineage/events/{event.code}/replay/").status_code == 409
    assert not Entry.objects.filter(action="lineage.event_replayed").exists()


def test_the_api_replays_too(alice_client, kept):
    event = about("load")
    reject(event)

    assert alice_client.post(f"/api/v1/lineage/events/{event.code}/replay/").json()["state"] == "pending"


def test_runs_show_what_they_read_and_wrote_as_far_as_the_reader_may_see(alice_client, kept):
    shown = text(alice_client.get("/lineage/runs/"))

    assert (">load</a>" in shown, ">merge</a>" in shown, ">orders</a>" in shown, ">costs</a>" in shown) == (
        True,
    ) * 4
    assert "_k7" not in shown
    assert "Failed" in shown


def test_runs_are_filtered(alice_client, kept):
    shown = text(alice_client.get("/lineage/runs/?state=failed&text=MER"))

    assert (">merge</a>" in shown, ">load</a>" in shown) == (True, False)
    assert "No runs fit" in text(alice_client.get("/lineage/runs/?text=payroll"))


def test_the_start_page_loads_the_latest_runs(alice_client, kept):
    shown = text(alice_client.get("/lineage/runs/latest/"))

    assert (shown.index(">merge<") < shown.index(">load<"), "_k7" in shown) == (True, False)


def test_the_api_lists_runs_and_events(alice, client, kept):
    headers = {"Authorization": f"Bearer {make_token(alice, 'read')}"}

    runs = client.get("/api/v1/lineage/runs/", headers=headers).json()
    events = client.get("/api/v1/lineage/events/?state=applied", headers=headers).json()
    one = client.get(f"/api/v1/lineage/runs/{runs['results'][1]['code']}/", headers=headers).json()

    assert [(run["job_name"], run["state"]) for run in runs["results"]] == [
        ("merge", "failed"),
        ("load", "complete"),
    ]
    assert [each["name"] for each in one["datasets"]] == ["raw.orders", "mart.sales"]
    assert [(each["name"], each["state"]) for each in events["results"]] == [
        ("load", "applied"),
    ]
    assert "_k7" not in json.dumps([runs, events, one])


def test_who_may_not_see_events_sees_none(client, bob, kept):
    client.force_login(bob)

    for path in ("/lineage/events/", "/lineage/runs/", "/lineage/runs/latest/", "/api/v1/lineage/events/"):
        assert client.get(path).status_code == 403
    assert client.post(f"/lineage/events/{about('load').code}/replay/").status_code == 403


def test_a_reader_cannot_replay(client, kept):
    client.force_login(make_user("carol", "auditor"))
    event = about("load")
    reject(event)

    assert client.get(f"/lineage/events/{event.code}/").status_code == 200
    assert client.post(f"/lineage/events/{event.code}/replay/").status_code == 403


@pytest.mark.parametrize(
    "path", ["/lineage/events/", "/lineage/runs/", "/api/v1/lineage/events/", "/api/v1/lineage/runs/"]
)
def test_lists_cost_the_same_for_3_and_for_40_rows(alice_client, kept, path, django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(14) as context:
            assert alice_client.get(path).status_code == 200
        return len(context)

    alice_client.get(path)  # the first request compiles the policies
    few = cost()
    receive(*(run_event("COMPLETE", f"j{n}", f"r{n}", [f"in{n}"], [f"out{n}"]) for n in range(40)))
    apply_pending()

    assert (cost(), Run.objects.count()) == (few, 43)


@pytest.mark.parametrize("model", ["edge", "columnedge", "event", "run", "rundataset"])
def test_the_back_office_shows_every_table_and_changes_none(client, kept, model):
    from accesscontrol.identity.models import User

    client.force_login(User.objects.create_superuser("root", "", "x"))

    assert client.get(f"/admin/lineage/{model}/?q=a").status_code == 200
    assert client.get(f"/admin/lineage/{model}/add/").status_code == 403
