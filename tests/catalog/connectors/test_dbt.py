"""Two real dbt projects: what the connector says, compared with the files themselves."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import Snapshot, TableRef
from catalog.connectors.protocol import Capability, Measure
from catalog.connectors.registry import connect
from tests.catalog.connectors.dbt_files import PROJECTS, manifest, model, tables, written

BAKERY = {
    "path": str(PROJECTS / "bakery"),
    "namespace": "duckdb:///srv/bakery/bakery.duckdb",
    "run_results": ["run_results.run.json", "run_results.test.json"],
}
JAFFLE = {"path": str(PROJECTS / "jaffle_shop"), "namespace": "postgres://localhost:5432"}
BOTH = pytest.mark.parametrize("settings", [BAKERY, JAFFLE], ids=["bakery", "jaffle_shop"])


def content(settings: dict[str, Any], name: str) -> dict[str, Any]:
    return dict(json.loads((Path(settings["path"]) / name).read_text()))


@pytest.fixture(scope="module")
def bakery() -> Snapshot:
    return connect("dbt", BAKERY, "").snapshot()


@BOTH
def test_names_types_and_order_are_those_of_the_files(settings):
    catalog = content(settings, "catalog.json")
    expected = {}
    for node in catalog["nodes"].values():
        told = node["metadata"]
        columns = sorted(node["columns"].values(), key=lambda column: column["index"])
        expected[TableRef(told["database"], told["schema"], told["name"])] = (
            "view" if told["type"] == "VIEW" else "table",
            told["owner"] or "",
            [(column["name"], column["type"], column["index"]) for column in columns],
        )

    found = connect("dbt", settings, "").snapshot()

    assert {
        each.ref: (
            each.kind,
            each.owner,
            [(column.name, column.data_type, column.position) for column in each.columns],
        )
        for each in found.tables
    } == expected


@BOTH
def test_descriptions_sql_and_tags_are_those_of_the_files(settings):
    nodes = content(settings, "manifest.json")["nodes"].values()
    made = [each for each in nodes if each["resource_type"] in {"model", "seed"}]

    found = tables(settings)

    assert len(found) == len(made)
    for node in made:
        said = found[node["alias"]]
        documented = {name: each["description"] for name, each in node["columns"].items()}
        assert said.comment == node["description"]
        assert said.view_sql == (node.get("compiled_code", "").strip() or None)
        assert said.extra.get("tags", []) == node["tags"]
        assert said.extra.get("meta", {}) == node["meta"]
        assert {each.name: each.comment for each in said.columns} == {
            each.name: documented.get(each.name, "") for each in said.columns
        }


@BOTH
def test_what_a_model_reads_is_what_the_file_says(settings):
    nodes = content(settings, "manifest.json")["nodes"]

    found = tables(settings)

    for node in nodes.values():
        if node["resource_type"] == "model":
            read = sorted(nodes[each]["alias"] for each in node["depends_on"]["nodes"])
            assert [ref.name for ref in found[node["alias"]].depends_on] == read


@BOTH
def test_every_test_stands_at_the_relation_that_it_is_attached_to(settings):
    nodes = content(settings, "manifest.json")["nodes"]
    expected = Counter(
        nodes[node.get("attached_node") or node["depends_on"]["nodes"][0]]["alias"]
        for node in nodes.values()
        if node["resource_type"] == "test"
    )

    found = tables(settings)

    assert Counter(
        {name: len(each.extra["tests"]) for name, each in found.items() if "tests" in each.extra}
    ) == (expected)
    assert not any(each.primary_key or each.unique or each.foreign_keys for each in found.values())


def test_how_the_tests_ended_is_what_the_run_says(bakery):
    results = {each["unique_id"]: each for each in content(BAKERY, "run_results.test.json")["results"]}

    tests = [test for each in bakery.tables for test in each.extra.get("tests", ())]

    assert {
        each["unique_id"]: (each["last_result"]["status"], each["last_result"]["failures"]) for each in tests
    } == {key: (each["status"], each["failures"]) for key, each in results.items()}
    assert [each["name"] for each in tests if each["last_result"]["status"] == "fail"] == ["accepted_values"]


def test_a_run_says_when_data_changed(bakery):
    runs = {each["unique_id"]: each for each in content(BAKERY, "run_results.run.json")["results"]}
    found = {each.name: each for each in bakery.tables}

    ended = runs["model.bakery.orders"]["timing"][-1]["completed_at"]
    assert found["orders"].modified_at
    assert found["orders"].modified_at.isoformat() == ended.replace("Z", "+00:00")
    assert found["stg_orders"].modified_at is None  # a view holds no data
    assert found["stg_orders"].extra["last_run"]["status"] == "success"


def test_what_only_compiled_says_nothing_about_data():
    found = tables(JAFFLE)  # its run results are those of `dbt docs generate`

    assert not any("last_run" in each.extra or each.modified_at for each in found.values())
    assert not any("last_result" in test for each in found.values() for test in each.extra.get("tests", ()))


def test_a_column_that_is_described_and_not_there_is_told(bakery):
    customers = tables(JAFFLE)["customers"]

    assert customers.extra["columns_not_found"] == ["total_order_amount"]
    assert "total_order_amount" not in {each.name for each in customers.columns}


def test_names_are_those_of_the_events_of_the_same_run(bakery):
    connector = connect("dbt", BAKERY, "")

    assert connector.namespace == bakery.namespace == "duckdb:///srv/bakery/bakery.duckdb"
    assert connector.dataset_name(TableRef("bakery", "main", "orders")) == "bakery.main.orders"
    assert connector.dataset_name(TableRef("shop", "", "orders")) == "shop.orders"
    assert connector.dataset_name(TableRef("a", "b.c", 'd."e')) == 'a."b.c"."d.""e"'


def test_patterns_choose_and_only_asks_for_less():
    connector = connect("dbt", {**BAKERY, "include": ["main.*orders*"], "exclude": ["main.raw_*"]}, "")
    orders = TableRef("bakery", "main", "orders")

    assert [each.name for each in connector.snapshot().tables] == ["orders", "stg_orders"]
    assert [each.ref for each in connector.snapshot(only=[orders]).tables] == [orders]
    assert not connector.covers(TableRef("bakery", "main", "raw_orders"))


def test_the_test_says_what_each_file_is():
    told = connect("dbt", BAKERY, "").test()

    assert (told.product, told.databases) == ("dbt 1.10.23 for duckdb", ("bakery",))
    assert [each.name for each in told.checks] == [
        "manifest.json",
        "namespace",
        "catalog.json",
        "run_results.run.json",
        "run_results.test.json",
    ]
    assert all(each.ok for each in told.checks)
    assert "“bakery” of dbt 1.10.23, format 12, written 2026-11-21T09:04:48.680021Z. 10 relations." in (
        told.checks[0].message
    )


def test_the_test_says_what_is_missing_and_how_to_get_it(tmp_path):
    shutil.copy(PROJECTS / "bakery" / "manifest.json", tmp_path)

    told = connect("dbt", {"path": str(tmp_path), "namespace": "postgres://db:5432"}, "").test()

    assert [(each.name, each.ok, each.needed, each.remedy) for each in told.checks] == [
        ("manifest.json", True, True, ""),
        ("namespace", False, False, "duckdb:///path/of/the/file"),
        ("catalog.json", False, False, "dbt docs generate"),
        ("run_results.json", False, False, "dbt build"),
    ]
    assert (
        len(connect("dbt", BAKERY | {"path": str(tmp_path), "run_results": []}, "").snapshot().tables) == 10
    )


def test_the_probe_changes_with_any_byte_of_any_file(tmp_path):
    settings = {**BAKERY, "path": str(tmp_path / "target")}
    shutil.copytree(BAKERY["path"], tmp_path / "target")
    connector = connect("dbt", settings, "")
    seen = [connector.probe(), connector.probe()]

    for name in ("manifest.json", "catalog.json", "run_results.run.json", "run_results.test.json"):
        path = tmp_path / "target" / name
        path.write_text(path.read_text() + "\n")
        seen.append(connector.probe())

    assert all(list(each) == ["bakery"] for each in seen)
    assert len({each["bakery"] for each in seen}) == len(seen) - 1


def test_it_holds_no_data(bakery):
    connector = connect("dbt", BAKERY, "")
    orders = TableRef("bakery", "main", "orders")

    assert not connector.capabilities & {Capability.SQL, Capability.AGGREGATES, Capability.SELECT}
    for ask in (
        lambda: connector.rows("SELECT 1"),
        lambda: connector.scalar("SELECT 1"),
        lambda: connector.count_where(orders),
        lambda: connector.aggregate(orders, [Measure("rows", "count")]),
        lambda: connector.select(orders, ["order_id"]),
        lambda: connector.sample(orders, ["order_id"]),
    ):
        with pytest.raises(ConnectorError, match="ask the source that holds the table"):
            ask()


def test_three_thousand_models_are_listed(tmp_path):
    nodes = [model(f"m{at}", *([f"model.shop.m{at - 1}"] if at else [])) for at in range(3000)]

    assert len(tables(written(tmp_path, manifest=manifest(*nodes)))) == 3000
