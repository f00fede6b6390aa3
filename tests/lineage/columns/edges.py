"""Lineage written short: `table.column = target`, with a sign for how the value travels."""

from catalog.connectors.metadata import TableRef
from lineage.columns.sql import parse_lineage

KNOWN = {
    TableRef("", "", name): dict.fromkeys(columns.split(), "text")
    for name, columns in {
        "orders": "id customer total placed",
        "customers": "id name city",
        "cities": "city country",
        "target": "a b c",
    }.items()
}
SHORT = {
    "IDENTITY": "=",
    "TRANSFORMATION": "~",
    "AGGREGATION": "+",
    "JOIN": "join",
    "FILTER": "filter",
    "GROUP_BY": "group",
    "SORT": "sort",
    "WINDOW": "window",
    "CONDITIONAL": "if",
}


def traced(sql: str, dialect: str = "postgres", schema=KNOWN) -> tuple[set[str], tuple[str, ...]]:
    found = parse_lineage(sql, dialect=dialect, schema=schema)
    edges = {
        f"{each.source_table.name}.{each.source_column} {SHORT[each.subtype]} "
        f"{each.target_column or '(rows)'}"
        for each in found.columns
    }
    return edges, found.warnings


def direct(sql: str, **settings: object) -> set[str]:
    """The edges to columns; nothing may go wrong on the way."""
    edges, warnings = traced(sql, **settings)
    assert warnings == ()
    return {each for each in edges if not each.endswith("(rows)")}


def rows(sql: str) -> set[str]:
    """The edges to the whole target."""
    return {each.removesuffix(" (rows)") for each in traced(sql)[0] if each.endswith("(rows)")}
