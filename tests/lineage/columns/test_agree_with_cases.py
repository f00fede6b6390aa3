"""The questions of another lineage tool's own tests (sqllineage, MIT), with the answers given there.

Names are compared without case: that tool lowers all of them, we do as the dialect does.
"""

import json
from pathlib import Path

import pytest

from catalog.connectors.metadata import TableRef
from lineage.columns.sql import SqlLineage, parse_lineage

CASES = Path(__file__).parents[4] / "shared/data/sql_lineage_cases.json"
DIALECTS = {"ansi": "", "sparksql": "spark", "greenplum": "postgres", "mariadb": "mysql"}
FLOWS = {"IDENTITY", "TRANSFORMATION", "AGGREGATION", "CONDITIONAL", "WINDOW", "SORT"}
# 108: Teradata's TITLE is not parsed;
# 165: they count(*) a "*", we say that no column is read.
OTHERWISE = {108, 165}

Edge = tuple[tuple[str, str], tuple[str, str]]


def cases(asked: str) -> list[dict]:
    """The cases that state tables or columns."""
    if not CASES.exists():
        return []
    return [each for each in json.loads(CASES.read_text())["cases"] if each[asked] is not None]


def ref(name: str) -> TableRef:
    *outer, schema, table = ["", "", *name.split(".")]
    return TableRef(".".join(filter(None, outer)), schema, table)


def named(table: TableRef) -> str:
    return ".".join(filter(None, (table.database, table.schema, table.name))).lower()


def plain(column: str) -> str:
    return "".join(column.lower().split())


def answer(case: dict) -> SqlLineage:
    schema = {ref(table): dict.fromkeys(columns, "") for table, columns in (case["schema"] or {}).items()}
    return parse_lineage(case["sql"], dialect=DIALECTS.get(case["dialect"], case["dialect"]), schema=schema)


def expected(case: dict) -> set[Edge]:
    return {
        (
            (each["from"]["table"].lower(), plain(each["from"]["column"])),
            (each["to"]["table"].lower(), plain(each["to"]["column"])),
        )
        for each in case["columns"]
        if each["from"]["table"]
    }


def flows(found: SqlLineage) -> set[Edge]:
    return {
        (
            (named(each.source_table), plain(each.source_column)),
            (named(each.target_table), plain(each.target_column)),
        )
        for each in found.columns
        if each.target_table and each.target_column and each.subtype in FLOWS
    }


def without(edges: set[Edge], tables: set[str]) -> set[Edge]:
    """The edges drawn through some tables: that tool leaves out what lies between."""
    for _ in tables:
        edges = {
            (before, target)
            for source, target in edges
            for before in (
                [one for one, other in edges if other == source] if source[0] in tables else [source]
            )
        }
    return {(source, target) for source, target in edges if target[0] not in tables}


@pytest.mark.skipif(not CASES.exists(), reason="shared/data/sql_lineage_cases.json is not here")
def test_the_cases_are_read():
    assert (len(cases("sources")), len(cases("columns"))) == (141, 99)


@pytest.mark.parametrize("case", cases("sources"), ids=lambda case: f"{case['id']}-{case['dialect']}")
def test_the_tables_agree(case):
    found = answer(case)

    # A file or directory is no table.
    assert {named(each) for each in found.inputs} == {
        each.lower() for each in case["sources"] if isinstance(each, str)
    }
    assert {named(each) for each in found.outputs} == {
        each.lower() for each in case["targets"] if isinstance(each, str)
    }


@pytest.mark.parametrize("case", cases("columns"), ids=lambda case: f"{case['id']}-{case['dialect']}")
def test_the_columns_agree(case):
    want, found = expected(case), flows(answer(case))
    asked = {table for edge in want for table, _ in edge}
    between = {target for _, (target, _) in found} - asked

    agrees = without(found, between) == want

    assert agrees == (case["id"] not in OTHERWISE)
