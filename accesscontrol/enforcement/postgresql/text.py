"""Masks, row filters and views as PostgreSQL's SQL. Knows no Django.

Salt and entitlements are tables read by sub-selects: these are checked as the view's owner, so that
callers need no right to them; a function would run with the caller's rights. Each sub-select stands
for itself, so that it runs once for a query and not once for a row. Functions and types resolve in
an empty search path.
"""

from collections.abc import Iterable

from accesscontrol.enforcement.masking import MASKED, NOTHING, REST, SHORT, Mask
from accesscontrol.enforcement.names import name, path, text
from accesscontrol.enforcement.wanted import RowRule, Wanted, WantedColumn, WantedTable

SALT, ENTITLEMENT = "mask_salt", "entitlement"
AS_TEXT = {"hash", "partial"}  # methods that give text whatever the column's type is


def columns_text(columns: Iterable[str]) -> str:
    return ", ".join(name(each) for each in columns)


def masked(column: str, data_type: str, method: str, schema: str) -> str:
    """Return what the method leaves of a column, as an expression."""
    as_text = f"{column}::text"
    first = f"left({as_text}, 1) || '{REST}'"
    salt = f"(SELECT s.salt FROM {path(schema, SALT)} AS s)"
    return {
        NOTHING: f"NULL::{data_type}",
        "hash": f"encode(sha256(convert_to({salt} || {as_text}, 'UTF8')), 'hex')",
        "partial": f"CASE WHEN length({as_text}) < {SHORT} THEN '{REST}' "
        f"WHEN {first} = {as_text} THEN '{MASKED}' ELSE {first} END",
        "year": truncated(column, data_type, "year"),
        "month": truncated(column, data_type, "month"),
        "thousands": f"trunc({column}::numeric, -3)::{data_type}",
        "tens": f"trunc({column}::numeric, -1)::{data_type}",
    }[method]


def truncated(column: str, data_type: str, unit: str) -> str:
    """Moments with a zone are cut in UTC: the reader's own zone must not decide what they see."""
    if "with time zone" in data_type or data_type.startswith("timestamptz"):
        return f"date_trunc('{unit}', {column}, 'UTC')::{data_type}"
    return f"date_trunc('{unit}', {column}::timestamp)::{data_type}"


def unmasked(mask: Mask) -> str:
    """Return the condition under which a caller sees the clear value: every one of the roles is theirs."""
    return " AND ".join(f"pg_has_role(current_user, {text(role)}, 'USAGE')" for role in mask.unless)


def selected(column: WantedColumn, schema: str) -> str:
    """Return a column of the view's select list."""
    plain = f"t.{name(column.name)}"
    if column.mask is None:
        return plain
    left = masked(plain, column.data_type, column.mask.method, schema)
    clear = f"{plain}::text" if column.mask.method in AS_TEXT else plain
    return f"CASE WHEN {unmasked(column.mask)} THEN {clear} ELSE {left} END AS {name(column.name)}"


def entitled(rule: RowRule, schema: str, relation: str = "") -> str:
    """Return the row filter of one rule; who is entitled to nothing sees no row."""
    column = f"{relation}{name(rule.column)}"
    return (
        f"{column}::text = ANY ((SELECT array_agg(e.value) FROM {path(schema, ENTITLEMENT)} AS e "
        "JOIN pg_catalog.pg_roles AS r ON r.rolname = e.role "
        f"WHERE e.attribute = {text(rule.attribute)} AND pg_has_role(current_user, r.oid, 'USAGE'))::text[])"
    )


def filters(rules: Iterable[RowRule], schema: str, relation: str = "") -> str:
    return " AND ".join(f"({entitled(rule, schema, relation)})" for rule in rules)


def view(wanted: Wanted, table: WantedTable, filtered: bool) -> str:
    """Return the masking view; `filtered` where the relation itself cannot hold a row policy."""
    chosen = ",\n  ".join(selected(column, wanted.schema) for column in table.columns)
    where = f"\nWHERE {filters(table.rows, wanted.schema, 't.')}" if filtered and table.rows else ""
    return (
        f"CREATE VIEW {path(wanted.schema, table.view)} WITH (security_barrier = true) AS\n"
        f"SELECT {chosen}\nFROM {path(table.schema, table.name)} AS t{where}"
    )
