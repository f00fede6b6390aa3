"""Keys come from enforced contracts, and from nothing else."""

from catalog.connectors.metadata import ForeignKeyFacts
from tests.catalog.connectors.dbt_files import manifest, model, tables, written


def contract(enforced):
    """Orders with keys, and the customers that they refer to."""
    keys = [
        {"type": "primary_key", "columns": ["ID", "day"]},
        {"type": "unique", "columns": ["number"]},
        {
            "type": "foreign_key",
            "columns": ["customer"],
            "to": '"dwh"."marts"."customers"',
            "to_columns": ["id"],
        },
        {
            "type": "foreign_key",
            "columns": ["day"],
            "to": "ref('days')",
            "to_columns": ["day"],
            "name": "on_day",
        },
        {"type": "foreign_key", "columns": ["day"], "to": '"elsewhere"."x"."y"', "to_columns": ["day"]},
        {"type": "check", "columns": [], "expression": "id > 0"},
    ]
    columns = {name: {"name": name, "constraints": []} for name in ("id", "day", "number", "customer")}
    columns["customer"]["constraints"] = [{"type": "not_null"}]
    return manifest(
        model("orders", columns=columns, constraints=keys, contract={"enforced": enforced}),
        model("customers", relation_name='"dwh"."marts"."customers"'),
        model("days"),
    )


def test_constraints_of_an_enforced_contract_are_keys(tmp_path):
    orders = tables(written(tmp_path, manifest=contract(enforced=True)))["orders"]

    assert (orders.primary_key, orders.unique) == (("id", "day"), (("number",),))
    assert orders.foreign_keys == (
        ForeignKeyFacts("orders_customer_fkey", ("customer",), "marts", "customers", ("id",)),
        ForeignKeyFacts("on_day", ("day",), "marts", "days", ("day",)),
    )
    assert [each.name for each in orders.columns if not each.nullable] == ["id", "day", "customer"]


def test_without_an_enforced_contract_there_are_no_keys(tmp_path):
    orders = tables(written(tmp_path, manifest=contract(enforced=False)))["orders"]

    assert (orders.primary_key, orders.unique, orders.foreign_keys) == ((), (), ())
    assert all(each.nullable for each in orders.columns)
