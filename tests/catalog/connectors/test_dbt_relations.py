"""What nodes of a dbt project become, one matter at a time."""

from datetime import UTC, datetime

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from tests.catalog.connectors.dbt_files import artifact, manifest, model, snapshot, tables, written


def found_in(name, kind="BASE TABLE", stats=(), **columns):
    """An entry of catalog.json; columns as name=(index, type)."""
    return {
        "unique_id": f"model.shop.{name}",
        "metadata": {"type": kind, "schema": "MARTS", "name": name.upper(), "owner": "etl", "comment": None},
        "columns": {key: {"name": key, "index": at, "type": sort} for key, (at, sort) in columns.items()},
        "stats": {key: {"id": key, "value": value, "include": True} for key, value in dict(stats).items()},
    }


def catalog(**nodes):
    return artifact(
        "catalog", 1, nodes={f"model.shop.{name}": each for name, each in nodes.items()}, sources={}
    )


@pytest.mark.parametrize(
    ("materialized", "kind"),
    [
        ("table", "table"),
        ("view", "view"),
        ("incremental", "table"),
        ("materialized_view", "materialized_view"),
    ],
)
def test_a_materialization_is_a_kind(tmp_path, materialized, kind):
    given = manifest(model("orders", materialized=materialized))

    assert tables(written(tmp_path, manifest=given))["orders"].kind == kind


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("BASE TABLE", "table"),
        ("VIEW", "view"),
        ("MATERIALIZED VIEW", "materialized_view"),
        ("external", "foreign_table"),
    ],
)
def test_what_the_warehouse_says_of_its_kind_counts(tmp_path, told, kind):
    given = {
        "manifest": manifest(model("orders", materialized="custom")),
        "catalog": catalog(orders=found_in("orders", told)),
    }

    assert tables(written(tmp_path, **given))["orders"].kind == kind


def test_seeds_snapshots_and_sources_are_relations_and_the_rest_is_not(tmp_path):
    given = manifest(
        model("countries", kind="seed", materialized="seed"),
        model("history", kind="snapshot", materialized="snapshot"),
        model(
            "raw", kind="source", identifier="RAW_1", schema="landing", source_name="erp", loader="airbyte"
        ),
        model("inner", materialized="ephemeral"),
        model("off", config={"materialized": "table", "enabled": False}),
        model("why", kind="analysis", materialized="view"),
        model("check", kind="test", materialized="test"),
        model("hook", kind="operation"),
    )

    found = snapshot(written(tmp_path, manifest=given))

    assert [each.ref for each in found.tables] == [
        TableRef("dwh", "landing", "RAW_1"),
        TableRef("dwh", "marts", "countries"),
        TableRef("dwh", "marts", "history"),
    ]
    assert [(each.database, each.name) for each in found.schemas] == [("dwh", "landing"), ("dwh", "marts")]
    assert (found.tables[0].extra["source"], found.tables[0].extra["loader"]) == ("erp", "airbyte")


def test_dependencies_go_through_what_is_no_relation_and_end_in_circles(tmp_path):
    given = manifest(
        model("raw", kind="source", identifier="raw"),
        model("one", "source.shop.raw", "model.shop.two", materialized="ephemeral"),
        model("two", "model.shop.one", "model.shop.gone", materialized="ephemeral"),
        model("orders", "model.shop.two", "model.shop.one", "model.shop.orders_day"),
        model("orders_day"),
    )

    found = tables(written(tmp_path, manifest=given))

    assert [each.name for each in found["orders"].depends_on] == ["orders_day", "raw"]


def test_two_nodes_of_one_relation_are_one_and_what_makes_it_wins(tmp_path):
    given = manifest(
        model("a_raw", kind="source", identifier="orders", description="as seen from elsewhere"),
        model("orders", description="as made"),
        model("mart", "source.shop.a_raw"),
    )

    found = tables(written(tmp_path, manifest=given))

    assert sorted(found) == ["mart", "orders"]
    assert found["orders"].comment == "as made"
    assert [each.name for each in found["mart"].depends_on] == ["orders"]


def test_a_warehouse_without_databases_has_its_schema_as_one(tmp_path):
    given = manifest(model("orders", database=None, schema="shop"))

    found = snapshot(written(tmp_path, manifest=given))

    assert [each.ref for each in found.tables] == [TableRef("shop", "", "orders")]
    assert (found.schemas, [each.database for each in found.scopes]) == ((), ["shop"])


def test_databases_are_scopes_of_their_own(tmp_path):
    given = manifest(model("a"), model("b", database="raw"))

    found = snapshot(written(tmp_path, manifest=given))

    assert [(each.database, each.proven) for each in found.scopes] == [("dwh", True), ("raw", True)]


def test_a_catalogue_with_errors_proves_nothing(tmp_path):
    given = {"manifest": manifest(model("a")), "catalog": catalog() | {"errors": ["no access to raw"]}}

    assert not snapshot(written(tmp_path, **given)).scopes[0].proven


def test_columns_are_the_warehouses_and_descriptions_find_them_whatever_their_case(tmp_path):
    described = {name: {"name": name, "description": f"the {name}"} for name in ("id", "gone")}
    given = {
        "manifest": manifest(model("orders", columns=described)),
        "catalog": catalog(orders=found_in("orders", AMOUNT=(7, "NUMBER"), ID=(3, "TEXT"))),
    }

    orders = tables(written(tmp_path, **given))["orders"]

    assert [(each.name, each.data_type, each.position, each.comment) for each in orders.columns] == [
        ("ID", "TEXT", 1, "the id"),
        ("AMOUNT", "NUMBER", 2, ""),
    ]
    assert orders.extra["columns_not_found"] == ["gone"]


def test_what_was_never_built_has_the_columns_of_its_description(tmp_path):
    described = {"id": {"name": "id", "data_type": "int", "tags": ["pii"], "meta": {"steward": "ann"}}}
    given = {"manifest": manifest(model("orders", columns=described), model("b"))}

    without = tables(written(tmp_path, **given))["orders"]
    half = tables(written(tmp_path, **given, catalog=catalog(b=found_in("b"))))

    assert [(each.name, each.data_type) for each in without.columns] == [("id", "int")]
    assert without.extra["columns"] == {"id": {"tags": ["pii"], "meta": {"steward": "ann"}}}
    assert (without.partial, half["orders"].partial, half["b"].partial) == (False, True, False)


@pytest.mark.parametrize(
    ("stats", "rows", "size"),
    [
        ({"row_count": 12, "bytes": 1024}, 12, 1024),
        ({"num_rows": "12", "num_bytes": 1024.0}, 12, 1024),
        ({"rows": True, "bytes": -1}, None, None),
        ({"rows": "many", "bytes": 1e300}, None, None),
        ({}, None, None),
    ],
)
def test_statistics_are_taken_where_they_are_numbers(tmp_path, stats, rows, size):
    given = {
        "manifest": manifest(model("orders")),
        "catalog": catalog(orders=found_in("orders", stats=stats)),
    }

    orders = tables(written(tmp_path, **given))["orders"]

    assert (orders.row_estimate, orders.size_bytes) == (rows, size)


def test_the_last_change_is_the_later_of_the_warehouses_and_the_runs(tmp_path):
    def ran(status):
        return {
            "unique_id": "model.shop.orders",
            "status": status,
            "timing": [{"completed_at": "2026-01-02T00:00:00Z"}],
        }

    def changed(status, altered):
        given = {
            "manifest": manifest(model("orders")),
            "catalog": catalog(orders=found_in("orders", stats={"last_modified": altered})),
            "run_results": artifact("run-results", 6, results=[ran(status)], args={"which": "build"}),
        }
        return tables(written(tmp_path, **given))["orders"].modified_at

    assert changed("success", "2026-01-01 10:00UTC") == datetime(2026, 1, 2, tzinfo=UTC)
    assert changed("error", "2026-01-01 10:00UTC") == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert changed("success", "2026-01-03 10:00UTC") == datetime(2026, 1, 3, 10, tzinfo=UTC)
    assert changed("error", "lately") is None


def test_the_newest_result_of_a_test_counts_whatever_the_order_of_the_files(tmp_path):
    def results(day, status):
        at = {"generated_at": f"2026-01-0{day}T00:00:00Z"}
        one = {
            "unique_id": "test.shop.check",
            "status": status,
            "failures": day,
            "message": "Key (email)=(a@b)",
        }
        return artifact("run-results", 5, results=[one], args={"which": "test"}, metadata=at)

    check = model(
        "check", "model.shop.orders", kind="test", test_metadata={"name": "unique", "namespace": "dbt_utils"}
    )
    settings = written(
        tmp_path, manifest=manifest(model("orders"), check), new=results(2, "pass"), old=results(1, "fail")
    )

    found = tables(settings | {"run_results": "new.json\nold.json"})["orders"].extra["tests"]

    assert found == [
        {
            "name": "dbt_utils.unique",
            "unique_id": "test.shop.check",
            "last_result": {"status": "pass", "at": "2026-01-02T00:00:00+00:00", "failures": 2},
        }
    ]


def test_a_test_of_two_relations_stands_at_the_one_that_it_names(tmp_path):
    kwargs = {"model": "{{ get_where_subquery(source('erp', 'raw')) }}", "to": "ref('orders')"}
    check = model(
        "check",
        "model.shop.orders",
        "source.shop.raw",
        kind="test",
        test_metadata={"name": "relationships", "kwargs": kwargs},
    )
    given = manifest(model("orders"), model("raw", kind="source", identifier="raw"), check)

    found = tables(written(tmp_path, manifest=given))

    assert "tests" not in found["orders"].extra
    assert found["raw"].extra["tests"][0]["arguments"] == {"to": "ref('orders')"}


def test_a_model_in_python_has_no_sql(tmp_path):
    given = manifest(model("orders", language="python", compiled_code="def model(dbt, session): ..."))

    assert tables(written(tmp_path, manifest=given))["orders"].view_sql is None


@pytest.mark.parametrize(
    "names", [{"alias": "", "name": ""}, {"database": "", "schema": ""}, {"alias": "x" * 256}]
)
def test_a_relation_without_a_usable_name_is_refused(tmp_path, names):
    with pytest.raises(ConnectorError, match="no usable database, schema and name"):
        snapshot(written(tmp_path, manifest=manifest(model("orders") | names)))
