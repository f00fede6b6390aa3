"""What is wanted as Snowflake's SQL: masking and row access policies, grants. Text only. Knows no Django."""

from collections.abc import Iterator

from accesscontrol.enforcement.masking import MASKED, NOTHING, REST, SHORT, Mask, family_of
from accesscontrol.enforcement.names import name as quoted
from accesscontrol.enforcement.names import path as joined
from accesscontrol.enforcement.names import text as literal
from accesscontrol.enforcement.wanted import Wanted, WantedColumn, WantedTable

TYPES = {"text": "STRING", "number": "NUMBER", "date": "TIMESTAMP_NTZ", "other": "VARIANT"}
OWN = (("date", "DATE"), ("double", "FLOAT"), ("real", "FLOAT"), ("float", "FLOAT"), ("bool", "BOOLEAN"))


def name(value: str) -> str:
    return quoted(value, "snowflake")


def path(*parts: str) -> str:
    return joined(*parts, dialect="snowflake")


def text(value: str) -> str:
    return literal(value, "snowflake")


def statements(wanted: Wanted) -> Iterator[str]:
    """Yield the statements in order. Policies sit on the tables themselves: there are no views."""
    schema = wanted.schema
    yield f"CREATE SCHEMA IF NOT EXISTS {name(schema)}"
    yield f"CREATE TABLE IF NOT EXISTS {path(schema, 'mask_salt')} (salt STRING NOT NULL)"
    yield (
        f"INSERT INTO {path(schema, 'mask_salt')} SELECT UUID_STRING() || UUID_STRING() "
        f"WHERE NOT EXISTS (SELECT 1 FROM {path(schema, 'mask_salt')})"
    )
    columns = "(role STRING, attribute STRING, value STRING)"
    yield f"CREATE OR REPLACE TABLE {path(schema, 'entitlement')} {columns}"
    for row in wanted.entitlements:
        yield f"INSERT INTO {path(schema, 'entitlement')} VALUES ({', '.join(map(text, row))})"
    for role in (*wanted.unmask_roles, *wanted.roles):
        yield f"CREATE ROLE IF NOT EXISTS {name(role)}"
    for role, member in wanted.unmask:
        yield f"GRANT ROLE {name(role)} TO ROLE {name(member)}"
    for table in wanted.tables:
        yield from of_table(wanted, table)


def of_table(wanted: Wanted, table: WantedTable) -> Iterator[str]:
    at = path(table.schema, table.name)
    for column in table.columns:
        if column.mask:
            policy = path(wanted.schema, f"mask_{table.view}_{column.name}")
            yield masking_policy(policy, column, column.mask, wanted.schema)
            yield f"ALTER TABLE {at} MODIFY COLUMN {name(column.name)} SET MASKING POLICY {policy}"
    if table.rows:
        policy = path(wanted.schema, f"rows_{table.view}")
        yield row_policy(policy, wanted, table)
        columns = ", ".join(name(rule.column) for rule in table.rows)
        yield f"ALTER TABLE {at} ADD ROW ACCESS POLICY {policy} ON ({columns})"
    for role in table.readers:
        yield f"GRANT USAGE ON SCHEMA {name(table.schema)} TO ROLE {name(role)}"
        yield f"GRANT SELECT ON TABLE {at} TO ROLE {name(role)}"


def masking_policy(policy: str, column: WantedColumn, mask: Mask, schema: str) -> str:
    """A policy gives the type it takes: a hash of a number is therefore left out (NULL)."""
    family = family_of(column.data_type)
    said = column.data_type.lower()
    own = next((each for start, each in OWN if said.startswith(start) and "time" not in said), TYPES[family])
    clear = " AND ".join(f"IS_ROLE_IN_SESSION({text(role)})" for role in mask.unless)
    method = NOTHING if mask.method == "hash" and family != "text" else mask.method
    return (
        f"CREATE OR REPLACE MASKING POLICY {policy} AS (val {own}) RETURNS {own} ->\n"
        f"  CASE WHEN {clear} THEN val ELSE {left(method, schema)} END"
    )


def left(method: str, schema: str) -> str:
    first = f"LEFT(val, 1) || '{REST}'"
    return {
        NOTHING: "NULL",
        "hash": f"SHA2((SELECT salt FROM {path(schema, 'mask_salt')}) || val, 256)",
        "partial": f"CASE WHEN LENGTH(val) < {SHORT} THEN '{REST}' WHEN {first} = val THEN '{MASKED}' "
        f"ELSE {first} END",
        "year": "DATE_TRUNC('YEAR', val)",
        "month": "DATE_TRUNC('MONTH', val)",
        "thousands": "TRUNC(val, -3)",
        "tens": "TRUNC(val, -1)",
    }[method]


def row_policy(policy: str, wanted: Wanted, table: WantedTable) -> str:
    arguments = ", ".join(f"c{at} STRING" for at, _ in enumerate(table.rows))
    conditions = " AND ".join(
        f"EXISTS (SELECT 1 FROM {path(wanted.schema, 'entitlement')} AS e WHERE e.value = c{at} "
        f"AND e.attribute = {text(rule.attribute)} AND IS_ROLE_IN_SESSION(e.role))"
        for at, rule in enumerate(table.rows)
    )
    return f"CREATE OR REPLACE ROW ACCESS POLICY {policy} AS ({arguments}) RETURNS BOOLEAN ->\n  {conditions}"
