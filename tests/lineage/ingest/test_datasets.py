"""What events say about datasets in passing: their kind, their columns and where these come from."""

import pytest

from catalog.assets.models import Asset, Field
from catalog.sources.models import Source
from lineage.graph.models import ColumnEdge
from lineage.ingest.models import RunDataset
from tests.build import make_asset
from tests.lineage.events import STORE, columns, dataset, run_event, schema
from tests.lineage.ingest.applied import apply


def test_a_dataset_event_tells_columns(db):
    apply(
        {"eventTime": "2026-11-20T10:00:00Z", "dataset": dataset("a", schema=schema("id:int", "name:text"))}
    )

    assert list(Field.objects.values_list("name", "data_type", "position")) == [
        ("id", "int", 1),
        ("name", "text", 2),
    ]
    assert Asset.objects.get().field_names == "id name"


def test_a_partial_schema_takes_nothing_away_and_fills_what_is_empty(db):
    apply(run_event("START", outputs=[dataset("a", schema=schema("name"))]))
    apply(run_event("COMPLETE", outputs=[dataset("a", schema=schema("id:int", "name:text"))]))
    apply(run_event("COMPLETE", run="2", outputs=[dataset("a", schema=schema("id"))]))

    assert sorted(Field.objects.values_list("name", "data_type")) == [("id", "int"), ("name", "text")]


def test_of_a_columns_types_the_latest_wins_even_when_it_was_there_before(db):
    def seen(data_type, hour):
        made = [dataset("a", schema=schema(f"id:{data_type}"))]
        apply(run_event("COMPLETE", run=f"{hour}", outputs=made, at=f"2026-11-20T{hour}:00:00Z"))
        return Field.objects.get().data_type

    said = [
        ("bigint", 12),
        ("int", 11),
        ("uuid", 13),
        ("uuid", 14),
        ("bigint", 15),
        ("uuid", 14),
        ("uuid", 16),
    ]

    assert [seen(*each) for each in said] == ["bigint", "bigint", "uuid", "uuid", "bigint", "bigint", "uuid"]


def test_a_harvested_asset_learns_nothing_from_events(db, source):
    asset = make_asset("a", "id", namespace=STORE, source=source)

    apply(
        run_event(
            "COMPLETE",
            outputs=[dataset("a", schema=schema("other:int"), datasetType={"datasetType": "VIEW"})],
        )
    )

    asset.refresh_from_db()
    assert (asset.kind, [field.name for field in asset.fields.all()]) == ("table", ["id"])


@pytest.fixture
def source(db):
    return Source.objects.create(name="warehouse", kind="postgresql", namespace=STORE)


@pytest.mark.parametrize(
    ("name", "facets", "kind"),
    [
        ("a", {}, "table"),
        ("a", {"datasetType": {"datasetType": "VIEW"}}, "view"),
        ("s3://lake|sales/2026.parquet", {}, "file"),
        ("file|/tmp/x.csv", {}, "file"),
        (
            "s3://lake|sales",
            {"symlinks": {"identifiers": [{"namespace": "hive://m", "name": "s", "type": "TABLE"}]}},
            "table",
        ),
        ("kafka://broker:9092|orders", {}, "topic"),
        (
            "kafka://b|o",
            {"symlinks": {"identifiers": [{"namespace": "x", "name": "o", "type": "TABLE"}]}},
            "topic",
        ),
        ("http://[half|x", {}, "table"),
    ],
)
def test_the_kind_of_a_dataset_is_what_is_said_or_what_its_store_makes_likely(db, name, facets, kind):
    apply(run_event("COMPLETE", outputs=[dataset(name, **facets)]))

    assert Asset.objects.exclude(kind="job").get().kind == kind


def test_what_is_said_of_the_kind_wins_whenever_it_comes(db):
    apply(run_event("START", outputs=["a"]))
    apply(run_event("COMPLETE", outputs=[dataset("a", datasetType={"datasetType": "VIEW"})]))
    apply(run_event("COMPLETE", run="2", outputs=["a"]))

    assert Asset.objects.get(name="a").kind == "view"


def test_column_lineage_is_kept_of_what_flowed(db):
    made = dataset(
        "mart.sales", columnLineage=columns(total=[("raw.items", "PRICE"), ("raw.items", "amount")])
    )
    items = dataset("raw.items", schema=schema("price:int", "amount:int"))

    apply(run_event("COMPLETE", inputs=[items], outputs=[made]), run_event("FAIL", run="2", outputs=[made]))

    rows = ColumnEdge.objects.values_list(
        "source__name", "target__name", "transformation", "subtype", "masked"
    )
    assert sorted(rows) == [
        ("PRICE", "total", "DIRECT", "IDENTITY", False),
        ("amount", "total", "DIRECT", "IDENTITY", False),
    ]


def test_columns_of_a_harvested_table_are_found_regardless_of_capitals(db, source):
    make_asset("raw.items", "price", namespace=STORE, source=source)
    made = dataset("mart.sales", columnLineage=columns(total=[("raw.items", "PRICE")]))

    apply(run_event("COMPLETE", inputs=["raw.items"], outputs=[made]))

    assert [edge.source.name for edge in ColumnEdge.objects.select_related("source")] == ["price"]


def test_the_most_rows_that_any_event_told_are_kept(db):
    def told(state, rows):
        return run_event(
            state, outputs=[{**dataset("a"), "outputFacets": {"outputStatistics": {"rowCount": rows}}}]
        )

    apply(told("COMPLETE", 70))
    apply(told("RUNNING", 20))

    assert RunDataset.objects.get().row_count == 70
