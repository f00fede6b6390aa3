"""Kept events become assets, runs and edges: once, and only what really flowed."""

import json

import pytest

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset
from lineage.ingest import services
from lineage.ingest.models import Event, Run
from lineage.ingest.tasks import apply_pending
from tests.lineage.events import STORE, run_event
from tests.lineage.ingest.applied import apply, state

START = run_event("START", inputs=["raw.orders", "raw.items"])
COMPLETE = run_event("COMPLETE", outputs=["mart.sales"], at="2026-11-20T10:05:00Z")
DRAWN = [("raw.items", "mart.sales", "load"), ("raw.orders", "mart.sales", "load")]


def test_inputs_of_the_start_and_outputs_of_the_end_make_edges(db):
    assert apply(START, COMPLETE) == DRAWN
    assert sorted(Asset.objects.values_list("kind", "namespace", "name")) == [
        ("job", "etl", "load"),
        ("table", STORE, "mart.sales"),
        ("table", STORE, "raw.items"),
        ("table", STORE, "raw.orders"),
    ]
    assert set(Event.objects.values_list("state", flat=True)) == {"applied"}


def test_a_start_alone_draws_nothing_yet(db):
    assert apply(run_event("START", inputs=["a"], outputs=["b"])) == []


def test_the_end_may_come_before_the_start(db):
    assert apply(COMPLETE) == [("load", "mart.sales", "load")]
    assert apply(START) == DRAWN


def test_the_run_has_its_times_and_its_state_however_late_the_start(db):
    apply(COMPLETE)
    apply(START)

    run = Run.objects.get()
    assert (run.state, run.started_at.isoformat(), run.ended_at.isoformat(), run.seconds) == (
        "complete",
        "2026-11-20T10:00:00+00:00",
        "2026-11-20T10:05:00+00:00",
        300.0,
    )


@pytest.mark.parametrize("end", ["FAIL", "ABORT"])
def test_what_failed_or_was_skipped_moved_nothing(db, end):
    start = run_event("START", inputs=["a"], outputs=["b"])
    ended = run_event(end, inputs=["a"], outputs=["b"], facets={"errorMessage": {"message": "no such table"}})

    assert apply(start, ended) == []
    run = Run.objects.get()
    assert (run.state, run.error) == ({"FAIL": "failed", "ABORT": "aborted"}[end], "no such table")


def test_an_event_without_a_type_counts_as_an_end(db):
    assert apply(run_event(None, inputs=["a"], outputs=["b"])) == [("a", "b", "load")]


def test_a_stream_flows_while_it_runs(db):
    stream = {"jobType": {"processingType": "STREAMING"}}

    assert apply(run_event("RUNNING", inputs=["a"], outputs=["b"], job_facets=stream)) == [("a", "b", "load")]


def test_a_job_of_which_one_side_is_known_is_a_node_itself(db):
    drawn = apply(
        run_event("COMPLETE", "seed", "1", outputs=["a"]), run_event("COMPLETE", "export", "2", inputs=["a"])
    )

    assert drawn == [("a", "export", "export"), ("seed", "a", "seed")]


def test_above_400_pairs_the_job_stays_in_between(db):
    inputs = [f"in.{number}" for number in range(21)]
    outputs = [f"out.{number}" for number in range(20)]

    drawn = apply(run_event("COMPLETE", inputs=inputs, outputs=outputs))

    assert drawn == sorted(
        [(name, "load", "load") for name in inputs] + [("load", name, "load") for name in outputs]
    )


def test_a_run_that_grows_beyond_400_pairs_takes_back_what_it_drew(db):
    inputs = [f"in.{number}" for number in range(21)]
    first = run_event("COMPLETE", inputs=inputs, outputs=["out.0"])
    rest = run_event("RUNNING", outputs=[f"out.{number}" for number in range(1, 20)])

    assert len(apply(first)) == 21
    assert len(apply(rest)) == 41


def test_what_another_run_stands_for_is_not_taken_back(db):
    one_sided = run_event("COMPLETE", run="1", outputs=["b"])

    apply(run_event("COMPLETE", run="2", outputs=["b"]), one_sided)

    assert apply(run_event("START", run="1", inputs=["a"])) == [("a", "b", "load"), ("load", "b", "load")]


def test_a_table_that_a_job_reads_and_writes_is_no_edge_to_itself(db):
    assert apply(run_event("COMPLETE", inputs=["a", "b"], outputs=["a"])) == [("b", "a", "load")]


def test_tables_of_dbt_tests_are_no_datasets_and_tests_move_no_data(db):
    test = run_event(
        "COMPLETE",
        "test.unique_id",
        inputs=["mart.sales"],
        outputs=["main_dbt_test__audit.unique_id"],
        job_facets={"jobType": {"jobType": "TEST", "integration": "DBT"}},
    )

    assert apply(test) == []
    assert sorted(Asset.objects.values_list("name", flat=True)) == ["mart.sales", "test.unique_id"]


def test_statements_inside_a_dbt_node_are_kept_but_are_no_jobs(db):
    statement = run_event(
        "COMPLETE",
        "model.a.sql.1",
        facets={"parent": {"run": {}}},
        job_facets={"jobType": {"jobType": "SQL"}},
    )

    apply(statement)

    assert (Event.objects.get().state, Asset.objects.count(), Run.objects.count()) == ("applied", 0, 0)


def test_a_job_event_draws_without_a_run(db):
    described = {
        key: value for key, value in run_event(None, inputs=["a"], outputs=["b"]).items() if key != "run"
    }

    assert apply(described) == [("a", "b", "load")]
    assert [run.state for run in Run.objects.all()] == ["declared"]


def test_one_bad_event_is_rejected_and_does_not_stop_the_others(db):
    good, bad = (
        run_event("COMPLETE", inputs=["a"], outputs=["b"]),
        run_event("COMPLETE", "x", "2", outputs=["c"]),
    )
    services.receive_event(body=json.dumps(bad).encode(), sender="alice")
    Event.objects.update(body='{"run": 7}')  # as if an older version had let it in

    assert apply(good) == [("a", "b", "load")]
    rejected = Event.objects.get(state="rejected")
    assert rejected.error == "BadEvent: run.runId: This is missing or empty."


@pytest.mark.parametrize(
    "odd",
    [
        {"inputs": [None, 7, "x", {"name": None}, {"namespace": STORE, "name": 5}]},
        {"inputs": {"namespace": STORE}},
        {"inputs": [{"namespace": STORE, "name": "n" * 3000}]},
        {"inputs": [{"namespace": STORE, "name": "a\x00b\ud800"}]},
        {
            "inputs": [
                {
                    "namespace": STORE,
                    "name": "a",
                    "facets": {"schema": {"fields": [{"name": "c" * 600}, 5, None]}},
                }
            ]
        },
        {
            "inputs": [
                {
                    "namespace": STORE,
                    "name": "a",
                    "facets": {"columnLineage": {"fields": {"x": None, "y": {"inputFields": 3}}}},
                }
            ]
        },
        {
            "inputs": [
                {"namespace": STORE, "name": "a", "inputFacets": {"inputStatistics": {"rowCount": 1e300}}}
            ]
        },
        {"eventTime": "0001-01-01T00:00:00+14:00"},
        {"eventTime": 5, "eventType": {"a": 1}},
        {"eventTime": "9999-12-31T23:59:59Z"},
        {"producer": ["x"], "schemaURL": 7},
        {"job": {"namespace": "etl", "name": "load", "facets": [1, 2]}},
        {
            "run": {
                "runId": "\ud800\x00",
                "facets": {"parent": 7, "nominalTime": "x", "errorMessage": {"message": 5}},
            }
        },
        {"run": {"runId": 12345}},
    ],
)
def test_odd_events_are_applied_as_far_as_they_go(db, odd):
    event = {**run_event("COMPLETE", outputs=["b"]), **odd}

    assert services.receive_event(body=json.dumps(event).encode(), sender="alice").refusals == []
    assert apply_pending() == 1
    assert Event.objects.get().state == "applied"
    assert Asset.objects.filter(name="b").exists()


def test_applying_again_changes_nothing_and_says_nothing(db):
    apply(START, COMPLETE)
    before, entries = state(), Entry.objects.count()

    Event.objects.update(state="pending")
    apply_pending()

    assert (state(), Entry.objects.count()) == (before, entries)


def test_the_log_says_that_the_graph_grew_and_who_made_it_grow(db):
    apply(START, COMPLETE)

    [fact] = Entry.objects.filter(action="lineage.edges_drawn")
    assert (fact.actor, json.loads(fact.body)["details"]["count"]) == ("alice", 2)


def test_a_batch_takes_the_same_queries_for_5_events_and_for_100(db, django_assert_max_num_queries):
    def counted(first, count):
        for number in range(first, first + count):
            event = run_event(
                "COMPLETE", f"job {number}", f"run {number}", [f"in.{number}"], [f"out.{number}"]
            )
            services.receive_event(body=json.dumps(event).encode(), sender="alice")
        with django_assert_max_num_queries(40) as context:
            services.apply_batch()
        return len(context)

    assert counted(0, 5) == counted(100, 100)
