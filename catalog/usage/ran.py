"""What ran, without the literals of its statements, and as JSON until it is counted. Knows no Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from catalog.connectors.usage import QueryFacts
from catalog.usage.text import Statement, read


@dataclass(frozen=True)
class Ran:
    """Some runs of one statement; `at` is None where their moment is not told."""

    statement: Statement
    database: str
    user: str
    calls: int
    total_ms: float
    rows: int
    at: datetime | None


def redacted(told: Iterable[QueryFacts], dialect: str) -> list[Ran]:
    """The same without literals; each text is looked at once."""
    texts: dict[tuple[str, str], Statement] = {}
    found = []
    for facts in told:
        place = (facts.database, facts.statement)
        if place not in texts:
            texts[place] = read(facts.statement, dialect, facts.database)
        counts = (facts.calls, facts.total_ms, facts.rows)
        found.append(Ran(texts[place], facts.database, facts.user, *counts, facts.at))
    return found


def stored(ran: Iterable[Ran]) -> dict[str, Any]:
    """As JSON: each statement once, and the runs with its place."""
    places: dict[Statement, int] = {}
    runs = [
        [
            places.setdefault(each.statement, len(places)),
            each.database,
            each.user,
            each.calls,
            each.total_ms,
            each.rows,
            each.at.isoformat() if each.at else None,
        ]
        for each in ran
    ]
    return {"statements": [astuple(each) for each in places], "runs": runs}


def restored(data: Mapping[str, Any]) -> list[Ran]:
    """What `stored` was given."""
    statements = [Statement(*each) for each in data["statements"]]
    return [
        Ran(
            statements[place],
            database,
            user,
            calls,
            total_ms,
            rows,
            datetime.fromisoformat(at) if at else None,
        )
        for place, database, user, calls, total_ms, rows, at in data["runs"]
    ]
