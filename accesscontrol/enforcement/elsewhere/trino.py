"""What is wanted as rules of Trino's file-based access control (rules.json). Text only. Knows no Django.

The first rule that fits decides, and what no rule allows is denied. There is one rule for each role
and table: its masks are those of the columns that the role may not see clear, its filter its own rows.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from accesscontrol.enforcement.masking import MASKED, NOTHING, REST, SHORT
from accesscontrol.enforcement.names import name as quoted
from accesscontrol.enforcement.names import text as literal
from accesscontrol.enforcement.wanted import Wanted, WantedColumn, WantedTable

SALT = "put a secret of your own here"  # Trino has no table that only its own rules may read


def name(value: str) -> str:
    return quoted(value, "trino")


def text(value: str) -> str:
    return literal(value, "trino")


def rules(wanted: Wanted) -> str:
    """Return rules.json. Patterns are regular expressions, names are therefore escaped."""
    found = [rule(wanted, table, role) for table in wanted.tables for role in table.readers]
    return json.dumps({"tables": [*found, {"privileges": []}]}, indent=2, ensure_ascii=False)


def rule(wanted: Wanted, table: WantedTable, role: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "role": re.escape(role),
        "schema": re.escape(table.schema),
        "table": re.escape(table.name),
        "privileges": ["SELECT"],
        "columns": list(columns(wanted, table, role)),
    }
    filters = [
        f"CAST({name(each.column)} AS varchar) IN ({values_of(wanted, role, each.attribute)})"
        for each in table.rows
    ]
    return {**told, "filter": " AND ".join(filters)} if filters else told


def values_of(wanted: Wanted, role: str, attribute: str) -> str:
    mine = [value for who, each, value in wanted.entitlements if (who, each) == (role, attribute)]
    return ", ".join(map(text, mine)) or "NULL"


def columns(wanted: Wanted, table: WantedTable, role: str) -> Iterator[dict[str, str]]:
    for column in table.columns:
        if column.mask and not all((each, role) in wanted.unmask for each in column.mask.unless):
            yield {"name": column.name, "mask": left(column)}


def left(column: WantedColumn) -> str:
    """Return the mask; it must be of the column's own type, so that a hash is for texts only."""
    assert column.mask  # noqa: S101  # the caller asks for masked columns only
    shown = name(column.name)
    first = f"substr({shown}, 1, 1) || '{REST}'"
    is_text = "char" in column.data_type or "text" in column.data_type
    method = NOTHING if column.mask.method == "hash" and not is_text else column.mask.method
    return {
        NOTHING: "NULL",
        "hash": f"to_hex(sha256(to_utf8({text(SALT)} || {shown})))",
        "partial": f"CASE WHEN length({shown}) < {SHORT} THEN '{REST}' "
        f"WHEN {first} = {shown} THEN '{MASKED}' ELSE {first} END",
        "year": f"date_trunc('year', {shown})",
        "month": f"date_trunc('month', {shown})",
        "thousands": f"truncate({shown} / 1000) * 1000",
        "tens": f"truncate({shown} / 10) * 10",
    }[method]
