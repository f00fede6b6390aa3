"""What other sources say of an asset that one holds, as dbt does of a table. Knows no Django.

It stands in the asset's facts under `documented`, by the source's code: see catalog/harvest/guests.py.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

DOCUMENTED = "documented"
LINES = ("project", "path", "materialized", "access", "group", "loader", "tags", "meta")  # of `extra`
NAMING_IN_A_TEST = ("arguments", "unique_id")  # what a test compares with
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Documentation:
    """What one source says; `lines` are (what, said), `tests` (test, column, how it ended last)."""

    source: str
    kind: str
    comment: str
    columns: int
    lines: list[tuple[str, str]]
    tests: list[tuple[str, str, str]]


def documentation(facts: Facts) -> list[Documentation]:
    """What each of the others says, of facts that the reader may see."""
    return [_of(each) for each in facts.get(DOCUMENTED, {}).values()]


def _of(said: Facts) -> Documentation:
    extra = said.get("facts", {}).get("extra", {})
    return Documentation(
        source=str(said.get("source", "")),
        kind=str(said.get("kind", "")),
        comment=str(said.get("comment", "")),
        columns=len(said.get("columns", {})),
        lines=[(key, _text(extra[key])) for key in LINES if extra.get(key)],
        tests=[_test(each) for each in tests_of(said.get("facts", {}))],
    )


def _test(said: Facts) -> tuple[str, str, str]:
    ended = said.get("last_result", {}).get("status", "")
    return str(said.get("name", "")), str(said.get("column", "")), str(ended)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def facts_of(facts: Facts) -> list[Facts]:
    """The facts that each of the others gives."""
    return [each.get("facts", {}) for each in facts.get(DOCUMENTED, {}).values()]


def tests_of(facts: Facts) -> list[Facts]:
    """The tests that one source tells of."""
    return list(facts.get("extra", {}).get("tests", ()))


def without(facts: Facts, withheld: Collection[str]) -> dict[str, Any]:
    """All facts but the withheld ones, of the holder and of the others; tests lose what they compare with."""
    made = _without(facts, withheld)
    if DOCUMENTED in facts:
        made[DOCUMENTED] = {
            code: {**each, "facts": _without(each.get("facts", {}), withheld)}
            for code, each in facts[DOCUMENTED].items()
        }
    return made


def _without(facts: Facts, withheld: Collection[str]) -> dict[str, Any]:
    made = {key: value for key, value in facts.items() if key not in withheld}
    if "tests" in withheld and tests_of(facts):
        tests = [{k: v for k, v in each.items() if k not in NAMING_IN_A_TEST} for each in tests_of(facts)]
        made["extra"] = {**facts["extra"], "tests": tests}
    return made
