"""The same tables behind three real URLs: listed as the engines' own kinds list them."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import create_engine

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Capability
from catalog.connectors.registry import connect
from catalog.connectors.sqlalchemy_url.dialects import SQLITE
from catalog.connectors.sqlalchemy_url.listing import Listing
from tests.catalog.connectors.generic_servers import SECRET, by_name, mysql, postgres

ALIKE = (("character varying", "varchar"), ("integer", "int"), ("numeric", "decimal"), (" ", ""))


@pytest.fixture(scope="module")
def both(engine):
    """What the URL lists, and what the engine's own kind does."""
    return by_name(engine.connector().snapshot()), by_name(engine.native.snapshot())


def alike(data_type):
    """One spelling for the words that SQLAlchemy writes otherwise."""
    for word, other in ALIKE:
        data_type = data_type.lower().replace(word, other)
    return data_type


def test_names_kinds_and_columns_are_those_of_the_engines_own_kind(both):
    found, expected = both

    def columns(tables):
        return {
            name: (
                table.ref,
                table.kind,
                [(each.name, each.position, null(table, each)) for each in table.columns],
            )
            for name, table in tables.items()
        }

    def null(table, column):  # MariaDB tells SQLAlchemy nothing of it about views
        return column.nullable if table.kind == "table" else None

    assert columns(found) == columns(expected)
    assert len(found) == 5


def test_types_and_defaults_are_too(both):
    found, expected = both

    def said(tables):
        return {
            (name, each.name): (alike(each.data_type), re.sub(r"::.*", "", each.default or ""))
            for name, table in tables.items()
            for each in table.columns
        }

    assert said(found) == said(expected)


def test_keys_and_references_are_too(both):
    found, expected = both

    def keys(tables):
        return {
            name: (
                table.primary_key,
                sorted(table.unique),
                sorted((each.columns, each.target_table, each.target_columns) for each in table.foreign_keys),
            )
            for name, table in tables.items()
        }

    assert keys(found) == keys(expected)
    assert [each.name for each in found["orders"].indexes if each.columns == ("note", "id")] == ["by_note"]


def test_views_and_what_they_read_are_too(both):
    found, expected = both

    assert {name: table.depends_on for name, table in found.items()} == {
        name: table.depends_on for name, table in expected.items()
    }
    assert "balance" in str(found["rich"].view_sql)


def test_a_dataset_is_called_the_same(engine):
    ref = engine.ref("orders")

    assert engine.connector().dataset_name(ref) == engine.native.dataset_name(ref)


def test_absence_proves_nothing_unless_the_settings_say_so(engine):
    assert not engine.connector().snapshot().scopes[0].proven
    assert engine.connector(complete="yes").snapshot().scopes[0].proven


def test_patterns_choose_and_only_asks_for_less(engine):
    kept = f"{engine.schema or engine.database}.ri*"
    connector = engine.connector(include=[kept])

    assert list(by_name(connector.snapshot())) == ["rich", "richer"]
    assert connector.covers(engine.ref("rich"))
    assert not connector.covers(engine.ref("orders"))
    assert not connector.covers(TableRef("other", engine.schema, "rich"))
    some = engine.connector().snapshot(only=[engine.ref("orders"), engine.ref("gone")])
    assert by_name(some) == {"orders": by_name(engine.connector().snapshot())["orders"]}


def test_the_test_says_who_answered(engine):
    told = engine.connector().test()

    assert told.databases == (engine.database,)
    assert re.fullmatch(r"\d+(\.\d+)+", told.version)
    assert [(each.name, each.ok) for each in told.checks] == [
        ("connect", True),
        ("schemas", True),
        ("complete", False),
    ]
    assert Capability.PROBE not in engine.connector().capabilities


def test_where_an_engine_has_no_usual_schema_a_key_stays_in_its_own():
    to = {"referred_table": "t", "referred_columns": ["id"]}
    keys = [
        {"constrained_columns": [name], "referred_schema": target, **to}
        for name, target in (("a", "crm"), ("b", None))
    ]
    dialect = replace(SQLITE, flat=False)
    with create_engine("sqlite://").connect() as connection:
        connection.dialect.default_schema_name = None
        found = list(Listing(connection, dialect, "shop").foreign("sales", "orders", keys))

    assert [each.target_schema for each in found] == ["crm", "sales"]


def test_schemas_comments_and_other_kinds_of_relations_of_postgresql(server):
    with postgres(server) as (engine, scratch):
        scratch.run(
            'CREATE SCHEMA "Sales 1"',
            'CREATE TABLE "Sales 1"."Or""ders" (id int REFERENCES customers, "a.b" int, '
            "twice int GENERATED ALWAYS AS (id * 2) STORED)",
            """COMMENT ON TABLE "Sales 1"."Or""ders" IS 'who bought'""",
            """COMMENT ON COLUMN "Sales 1"."Or""ders".id IS 'of whom'""",
            'CREATE MATERIALIZED VIEW "Sales 1".kept AS SELECT id FROM public.orders',
        )
        found = engine.connector().snapshot()
        native = by_name(engine.native.snapshot())
        rows = engine.connector().select(TableRef(engine.database, "Sales 1", 'Or"ders'), ["a.b"])

    tables = by_name(found)
    odd = tables['Or"ders']
    assert [each.name for each in found.schemas] == ["Sales 1", "public"]
    assert (odd.comment, odd.columns[0].comment, odd.columns[1].name) == ("who bought", "of whom", "a.b")
    assert "id * 2" in str(odd.columns[2].default)
    assert (odd.foreign_keys[0].target_schema, odd.foreign_keys[0].target_table) == ("public", "customers")
    assert (tables["kept"].kind, tables["kept"].depends_on) == (
        "materialized_view",
        native["kept"].depends_on,
    )
    assert rows.values == ()


@pytest.mark.parametrize(
    ("url", "kind", "field"),
    [
        ("postgresql://ann@127.0.0.1:1/shop", "unreachable", "url"),
        ("mysql://ann@127.0.0.1:1/shop", "unreachable", "url"),
        ("postgresql://ann@nowhere.invalid/shop", "unreachable", "url"),
        ("sqlite:////nowhere/shop.db", "unreachable", "url"),
    ],
)
def test_a_source_that_does_not_answer_is_told_without_its_secret(url, kind, field):
    with pytest.raises(ConnectorError) as caught:
        connect("sqlalchemy", {"url": url, "connect_timeout": 2}, SECRET).test()

    assert (caught.value.kind, caught.value.field) == (kind, field)
    assert SECRET not in caught.value.message
    assert caught.value.__cause__ is None


def test_a_wrong_database_or_password_is_told(server):
    with postgres(server) as (engine, _):
        gone = engine.url.rpartition("/")[0] + "/nowhere"
        with pytest.raises(ConnectorError) as caught:
            connect("sqlalchemy", {"url": gone}, engine.password).test()
    assert (caught.value.kind, caught.value.message) == (
        "unknown_database",
        "The source at 127.0.0.1 has no “nowhere”.",
    )
    with mysql() as engine, pytest.raises(ConnectorError) as caught:
        connect("sqlalchemy", {"url": engine.url.replace("//", "//nobody_")}, SECRET).test()
    assert (caught.value.kind, caught.value.field) == ("auth", "password")
    assert SECRET not in caught.value.message
