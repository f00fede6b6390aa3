"""Files of every kind go through the harvest: the catalog says what they say, and follows them."""

import shutil
import sqlite3
from pathlib import Path

import duckdb
import pytest
from django.urls import reverse

from catalog.assets.models import Asset, ForeignKey
from catalog.sources.services import save_source
from tests.catalog.connectors.local_files import DATA, needs_real_data, sqlite_file, write
from tests.catalog.scratch import harvest

pytestmark = pytest.mark.django_db


def source_of(kind: str, **settings: object):
    return save_source(actor="tests", name=kind, kind=kind, settings=settings)


@needs_real_data
def test_chinook_is_harvested_and_a_second_time_nothing_changes(tmp_path):
    path = tmp_path / "chinook.sqlite"
    shutil.copyfile(DATA / "chinook/Chinook_Sqlite.sqlite", path)
    source = source_of("sqlite", path=str(path))

    first, second = harvest(source), harvest(source)

    assert (first.state, second.state) == ("succeeded", "succeeded")
    tables = Asset.objects.present().filter(namespace=f"sqlite://{path}", kind="table")
    with sqlite3.connect(path) as own:
        counts = {name: own.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names(own)}
        columns = own.execute(
            "SELECT count(*) FROM sqlite_schema m, pragma_table_info(m.name) WHERE m.type = 'table'"
        ).fetchone()[0]
    assert {table.title: table.row_estimate for table in tables} == counts
    assert sum(table.fields.count() for table in tables) == columns
    assert ForeignKey.objects.filter(asset__in=tables).count() == 11
    assert tables.get(name="chinook.Album").fields.get(is_key=True).name == "AlbumId"


def names(own: sqlite3.Connection) -> list[str]:
    return [row[0] for row in own.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]


def test_a_new_column_in_duckdb_is_seen(tmp_path):
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as own:
        own.execute("CREATE TABLE orders (id int PRIMARY KEY)")
        own.execute("CREATE VIEW big AS SELECT id FROM orders WHERE id > 100")
    source = source_of("duckdb", path=str(path))
    harvest(source)
    with duckdb.connect(str(path)) as own:
        own.execute("CREATE TABLE lines (n int)")

    job = harvest(source)

    assert job.state == "succeeded", job.message
    found = Asset.objects.present().filter(namespace=f"duckdb://{path}")
    assert set(found.filter(kind="table").values_list("name", flat=True)) == {
        "shop.main.orders",
        "shop.main.lines",
    }
    assert found.get(kind="view").facts["depends_on"] == ["shop.main.orders"]


def test_a_folder_becomes_files_with_their_columns(tmp_path):
    write(tmp_path / "lake/orders/year=2025/1.parquet", "SELECT 1 AS id")
    write(tmp_path / "lake/people.csv", "SELECT 'lena' AS name")
    source = source_of("files", root=str(tmp_path / "lake"))

    job = harvest(source)

    assert job.state == "succeeded", job.message
    files = {each.name: each for each in Asset.objects.present().filter(namespace="file", kind="file")}
    assert set(files) == {f"{tmp_path}/lake/orders", f"{tmp_path}/lake/people.csv"}
    orders = files[f"{tmp_path}/lake/orders"]
    assert [(field.name, field.data_type) for field in orders.fields.order_by("position")] == [
        ("id", "INTEGER"),
        ("year", "BIGINT"),
    ]
    assert (orders.row_estimate, orders.title) == (1, "orders")


def test_a_file_that_went_is_missed_and_one_that_is_broken_is_not(tmp_path):
    people, towns = (write(tmp_path / f"lake/{name}.csv", "SELECT 1 AS id") for name in ("people", "towns"))
    for more in range(10):
        write(tmp_path / f"lake/other{'abcdefghij'[more]}.parquet", "SELECT 1 AS id")
    source = source_of("files", root=str(tmp_path / "lake"))
    harvest(source)
    people.unlink()
    towns.write_text("")

    harvest(source)
    harvest(source)

    gone = Asset.objects.filter(source=source, removed_at__isnull=False)
    assert [each.name for each in gone] == [str(people)]


def test_a_file_that_is_no_database_fails_with_the_setting(tmp_path):
    source = source_of("sqlite", path=str(sqlite_file(tmp_path / "a.db", "CREATE TABLE a (i)")))
    Path(tmp_path / "a.db").write_text("something else altogether, and long enough")

    job = harvest(source)

    assert (job.state, source.error_field) == ("failed", "path")


@pytest.mark.parametrize(
    ("kind", "said"), [("sqlite", "The whole path"), ("duckdb", "Megabytes"), ("files", "S3 secret key")]
)
def test_the_form_of_a_source_knows_the_kind(ana, signed_in, kind, said):
    page = signed_in(ana).get(reverse("sources:add"), {"kind": kind}).content.decode()

    assert said in page
    assert ('type="password"' in page) == (kind == "files")
