"""dbt projects through the door that everybody uses: a source, its form, its harvest."""

import json
import shutil

import pytest
from django.urls import reverse

from catalog.assets.models import Asset
from catalog.sources.services import save_source
from tests.catalog.connectors.dbt_files import PROJECTS, written
from tests.catalog.scratch import harvest, make_source, scratch_database

pytestmark = pytest.mark.django_db
BAKERY = "duckdb:///srv/bakery/bakery.duckdb"


def bakery(path=PROJECTS / "bakery", namespace=BAKERY):
    settings = {
        "path": str(path),
        "namespace": namespace,
        "run_results": ["run_results.run.json", "run_results.test.json"],
    }
    return save_source(actor="tests", name="Bakery", kind="dbt", settings=settings, secret="")


def test_a_project_fills_the_catalog_under_the_names_of_the_warehouse():
    job = harvest(bakery())

    assert job.state == "succeeded", job.message
    nodes = json.loads((PROJECTS / "bakery" / "catalog.json").read_text())["nodes"].values()
    expected = {
        f"bakery.main.{each['metadata']['name']}": {
            name: column["type"] for name, column in each["columns"].items()
        }
        for each in nodes
    }
    found = Asset.objects.filter(namespace=BAKERY, kind__in=["table", "view"])
    assert {each.name: dict(each.fields.values_list("name", "data_type")) for each in found} == expected
    orders = found.get(name="bakery.main.orders")
    assert orders.harvested_description == "Orders mart."
    assert orders.facts["depends_on"] == ["bakery.main.order_payments", "bakery.main.stg_orders"]
    assert orders.facts["extra"]["tags"] == ["mart"]


def test_the_same_files_are_not_read_into_the_catalog_twice(tmp_path):
    shutil.copytree(PROJECTS / "bakery", tmp_path / "target")
    source = bakery(tmp_path / "target")
    harvest(source)
    before = dict(Asset.objects.values_list("name", "updated_at"))

    assert harvest(source).state == "succeeded"

    assert dict(Asset.objects.values_list("name", "updated_at")) == before


def jaffle_shop_in(database, folder):
    """The artifacts of jaffle_shop, as if it had been run in this database."""
    manifest, catalog = (
        json.loads((PROJECTS / "jaffle_shop" / name).read_text())
        for name in ("manifest.json", "catalog.json")
    )
    for node in manifest["nodes"].values():
        node["database"] = database
    return written(folder, manifest=manifest, catalog=catalog)


def test_what_a_source_holds_stays_its_own_and_is_described(tmp_path):
    with scratch_database() as scratch:
        scratch.run(
            "CREATE SCHEMA jaffle", "CREATE TABLE jaffle.orders (order_id bigint PRIMARY KEY, status text)"
        )
        holder = make_source(scratch)
        harvest(holder)
    settings = jaffle_shop_in(scratch.name, tmp_path) | {"namespace": "postgres://sources.test:5432"}

    job = harvest(save_source(actor="tests", name="Jaffle", kind="dbt", settings=settings, secret=""))

    assert job.state == "succeeded", job.message
    orders = Asset.objects.get(name=f"{scratch.name}.jaffle.orders")
    assert orders.source == holder
    assert orders.fields.get(name="order_id").data_type == "bigint"  # dbt's catalogue says integer
    assert orders.harvested_description.startswith("This table has basic information about orders")
    assert orders.fields.get(name="status").harvested_description.startswith("Orders can be one of")


def test_the_form_knows_the_kind(ana, signed_in):
    page = signed_in(ana).get(reverse("sources:add"), {"kind": "dbt"}).content.decode()

    assert "Namespace of the warehouse" in page
