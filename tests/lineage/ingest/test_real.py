"""Events that nobody here wrote: a real dbt run, and captures of six other tools."""

import json
import random
from pathlib import Path

import pytest

from catalog.assets.models import Asset, Field
from lineage.graph.models import ColumnEdge, Edge
from lineage.ingest import services
from lineage.ingest.models import Event, Run
from lineage.ingest.tasks import apply_pending
from tests.lineage.ingest.applied import edges, state_after

REAL = Path(__file__).parents[4] / "shared" / "data" / "openlineage"
pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the collection of real events is not on this machine"
)

POPULAR = "food_delivery.public.popular_orders_day_of_week"
DBT = [
    ("order_payments", "orders", "orders"),
    ("orders", "customers", "customers"),
    ("orders", "daily_revenue", "daily_revenue"),
    ("stg_customers", "customers", "customers"),
    ("stg_orders", "orders", "orders"),
    ("stg_payments", "order_payments", "order_payments"),
]


def lines(path):
    return (REAL / path).read_text().splitlines()


def receive(path):
    """Receive every line; return how many were refused."""
    receipts = [services.receive_event(body=line.encode(), sender="alice") for line in lines(path)]
    return sum(len(receipt.refusals) for receipt in receipts)


def test_a_dbt_run_becomes_its_graph(send):
    answers = {send(line.encode()).status_code for line in lines("dbt_run/run.ndjson")}
    apply_pending()

    assert (answers, Event.objects.count()) == ({201}, 16)
    short = [tuple(name.rsplit(".", 1)[-1] for name in edge) for edge in edges()]
    models = [edge for edge in short if edge[0] != edge[2]]
    assert models == DBT
    assert [edge[1] for edge in short if edge[0] == edge[2]] == [
        "stg_customers",
        "stg_orders",
        "stg_payments",
    ]
    assert Asset.objects.count() == 15
    assert ColumnEdge.objects.count() == 30
    assert set(Run.objects.values_list("state", flat=True)) == {"complete"}
    assert list(Event.objects.exclude(warnings=[])) == []


def test_what_failed_or_was_skipped_in_dbt_draws_nothing(db):
    assert receive("dbt_run/fail_structured_run.ndjson") == 0
    apply_pending()

    runs = dict(Run.objects.values_list("job__name", "state"))
    bad = {name for name, state in runs.items() if state in {"failed", "aborted"}}
    assert "model.bakery.broken" in bad
    assert not Edge.objects.filter(job__name__in=bad).exists()
    assert Edge.objects.exists()


def test_statements_and_tests_of_dbt_are_no_clutter(db):
    assert receive("dbt_run/structured_build.ndjson") == 0
    apply_pending()

    assert not Asset.objects.filter(name__contains=".sql.").exists()
    assert not Asset.objects.filter(name__contains="dbt_test__audit").exists()
    assert not Edge.objects.filter(job__name__startswith="test.").exists()


def test_captured_events_of_six_tools_are_all_applied(send):
    answers = {send(line.encode()).status_code for line in lines("data_rentgen/events.ndjson")}
    apply_pending()

    assert (answers, set(Event.objects.values_list("state", flat=True))) == ({201}, {"applied"})
    assert [
        (source.rsplit("/", 1)[-1], target, job.rsplit(".", 1)[-1]) for source, target, job in edges()
    ] == [
        ("source_table", "mydb.myschema.mytable", "execute_save_into_data_source_command"),
        ("demo_schema.source_table", "demo_schema.target_table", "target_table"),
        ("food_delivery.public.top_delivery_times", POPULAR, "insert_task"),
        ("input_topic", "output_topic", "kafka_output"),
        ("mydag.create_task", POPULAR, "create_task"),
        ("mydag.drop_task", POPULAR, "drop_task"),
        ("mydatabase.source_table", "mydatabase.target_table", "target_table"),
        ("mydatabase.source_table", "mydb.myschema.mytable", "somejob"),
        ("test_db.test_table", "test_db.users_backup", "insert_query"),
    ]


@pytest.mark.parametrize(
    "name", ["dbt_run/run.ndjson", "data_rentgen/events.ndjson", "marquez/events.ndjson"]
)
def test_real_events_give_the_same_state_in_any_order(db, name):
    found = [json.loads(line) for line in lines(name)]
    shuffled = found + found[:5]
    random.Random(3).shuffle(shuffled)

    assert state_after(found[::-1], 1) == state_after(found, 1) == state_after(shuffled, 3)


COLLECTIONS = (
    sorted(path.relative_to(REAL).as_posix() for path in REAL.rglob("*.ndjson")) if REAL.is_dir() else []
)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_whatever_is_kept_is_applied(db, name):
    """Some collections are broken on purpose: what has an identity is applied, the rest says why not."""
    receive(name)
    apply_pending()

    assert set(Event.objects.exclude(kind="unreadable").values_list("state", flat=True)) <= {"applied"}
    assert not Event.objects.filter(state="rejected", error="").exists()
    assert not Field.objects.filter(name="").exists()


@pytest.mark.parametrize(
    "path",
    sorted((REAL / "spec_facet_tests").rglob("*.json")) if REAL.is_dir() else [],
    ids=lambda path: path.stem,
)
def test_every_standard_facet_is_taken(db, path):
    """The official samples are facets; each is put where it belongs in an event."""
    sample = json.loads(path.read_text())
    event = {
        "eventType": "COMPLETE",
        "eventTime": "2026-11-20T10:00:00Z",
        "run": {"runId": "0190f3c8-0000-7000-8000-000000000000", "facets": sample},
        "job": {"namespace": "etl", "name": "load", "facets": sample},
        "inputs": [{"namespace": "pg", "name": "a", "facets": sample, "inputFacets": sample}],
        "outputs": [{"namespace": "pg", "name": "b", "facets": sample, "outputFacets": sample}],
    }

    services.receive_event(body=json.dumps(event).encode(), sender="alice")
    apply_pending()

    assert Event.objects.get().state == "applied"
    assert edges() == [("a", "b", "load")]
