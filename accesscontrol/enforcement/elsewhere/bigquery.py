"""What is wanted as BigQuery's SQL: authorised views keyed on SESSION_USER(). Text only. Knows no Django."""

from collections.abc import Iterator

from accesscontrol.enforcement.masking import MASKED, NOTHING, REST, SHORT
from accesscontrol.enforcement.names import name as quoted
from accesscontrol.enforcement.names import path as joined
from accesscontrol.enforcement.names import text as literal
from accesscontrol.enforcement.wanted import Wanted, WantedColumn, WantedTable

DOMAIN = "example.com"  # groups of BigQuery are addresses: put in your own


def name(value: str) -> str:
    return quoted(value, "bigquery")


def path(*parts: str) -> str:
    return joined(*parts, dialect="bigquery")


def text(value: str) -> str:
    return literal(value, "bigquery")


def statements(wanted: Wanted) -> Iterator[str]:
    """Yield the statements in order; the table `member` is filled from your own directory."""
    schema = wanted.schema
    yield f"CREATE SCHEMA IF NOT EXISTS {name(schema)}"
    yield f"CREATE TABLE IF NOT EXISTS {path(schema, 'mask_salt')} (salt STRING NOT NULL)"
    yield (
        f"INSERT INTO {path(schema, 'mask_salt')} (salt) SELECT CONCAT(GENERATE_UUID(), GENERATE_UUID()) "
        f"FROM (SELECT 1) WHERE NOT EXISTS (SELECT 1 FROM {path(schema, 'mask_salt')})"
    )
    yield f"CREATE TABLE IF NOT EXISTS {path(schema, 'member')} (role STRING, address STRING)"
    yield (
        f"CREATE OR REPLACE TABLE {path(schema, 'entitlement')} (role STRING, attribute STRING, value STRING)"
    )
    for row in wanted.entitlements:
        values = ", ".join(map(text, row))
        yield f"INSERT INTO {path(schema, 'entitlement')} (role, attribute, value) VALUES ({values})"
    for table in wanted.tables:
        if table.readers:
            yield view(wanted, table)
            groups = ", ".join(text(f"group:{role}@{DOMAIN}") for role in table.readers)
            at = path(schema, table.view)
            yield f"GRANT {name('roles/bigquery.dataViewer')} ON VIEW {at} TO {groups}"


def view(wanted: Wanted, table: WantedTable) -> str:
    chosen = ",\n  ".join(selected(wanted, column) for column in table.columns)
    conditions = [
        f"CAST(t.{name(rule.column)} AS STRING) IN "
        f"(SELECT e.value FROM {path(wanted.schema, 'entitlement')} AS e "
        f"WHERE e.attribute = {text(rule.attribute)} AND e.role IN ({mine(wanted)}))"
        for rule in table.rows
    ]
    where = f"\nWHERE {' AND '.join(conditions)}" if conditions else ""
    return (
        f"CREATE OR REPLACE VIEW {path(wanted.schema, table.view)} AS\nSELECT {chosen}\n"
        f"FROM {path(table.schema, table.name)} AS t{where}"
    )


def mine(wanted: Wanted) -> str:
    return f"SELECT m.role FROM {path(wanted.schema, 'member')} AS m WHERE m.address = SESSION_USER()"


def selected(wanted: Wanted, column: WantedColumn) -> str:
    plain = f"t.{name(column.name)}"
    if column.mask is None:
        return plain
    clear = " AND ".join(f"{text(role)} IN ({mine(wanted)})" for role in column.mask.unless)
    shown = f"CAST({plain} AS STRING)" if column.mask.method in {"hash", "partial"} else plain
    masked = left(plain, column.mask.method, wanted.schema)
    return f"CASE WHEN {clear} THEN {shown} ELSE {masked} END AS {name(column.name)}"


def left(column: str, method: str, schema: str) -> str:
    said = f"CAST({column} AS STRING)"
    first = f"CONCAT(SUBSTR({said}, 1, 1), '{REST}')"
    salt = f"(SELECT s.salt FROM {path(schema, 'mask_salt')} AS s)"
    return {
        NOTHING: "NULL",
        "hash": f"TO_HEX(SHA256(CONCAT({salt}, {said})))",
        "partial": f"CASE WHEN LENGTH({said}) < {SHORT} THEN '{REST}' WHEN {first} = {said} THEN '{MASKED}' "
        f"ELSE {first} END",
        "year": f"DATE_TRUNC({column}, YEAR)",
        "month": f"DATE_TRUNC({column}, MONTH)",
        "thousands": f"TRUNC({column}, -3)",
        "tens": f"TRUNC({column}, -1)",
    }[method]
