"""What ran between two readings of counters that only grow, begin anew, vanish and return. Knows no Django.

Nothing is counted twice, and nothing is less than zero. What a source forgot before it was read is lost. What
had been counted before the first reading ran on days that nobody knows: it is only counted where its counter
began on the day of that reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from catalog.connectors.usage import QueryFacts, UsageReading


@dataclass(frozen=True)
class Counted:
    """How far a counter was when it was read; `mark` differs once it began anew."""

    mark: str
    calls: int
    total_ms: float
    rows: int


@dataclass(frozen=True)
class Last:
    """The last reading: its moment at the source's clock, and the databases of which it was whole."""

    at: datetime
    whole: frozenset[str]


def mark(facts: QueryFacts, reading: UsageReading) -> str:
    """What differs once the counter began anew."""
    return " ".join(each.isoformat() if each else "-" for each in (facts.since, reading.reset))


def counted(facts: QueryFacts, reading: UsageReading) -> Counted:
    """How far a counter is."""
    return Counted(mark(facts, reading), facts.calls, facts.total_ms, facts.rows)


def increments(known: Mapping[str, Counted], last: Last | None, reading: UsageReading) -> list[QueryFacts]:
    """What ran since the last reading; a counter that is new to us is told even where it is of no calls."""
    found = []
    for facts in reading.counters:
        before = known.get(facts.key)
        if before is None:
            whole = is_young(facts, last, reading)
            found.append(facts if whole else replace(facts, calls=0, total_ms=0.0, rows=0))
        elif before.mark != mark(facts, reading) or before.calls > facts.calls:
            found.append(facts)
        elif before.calls < facts.calls:
            found.append(grown(before, facts))
    return found


def is_young(facts: QueryFacts, last: Last | None, reading: UsageReading) -> bool:
    """Whether all that an unknown counter counts ran after the last reading, or on the day of the first."""
    if last is None:
        began = facts.since or reading.reset
        return began is not None and began >= reading.at.replace(hour=0, minute=0, second=0, microsecond=0)
    if facts.since is not None:
        seconds_only = facts.since.microsecond == 0
        return facts.since >= (last.at.replace(microsecond=0) if seconds_only else last.at)
    return facts.database in last.whole


def grown(before: Counted, facts: QueryFacts) -> QueryFacts:
    """What came since."""
    return replace(
        facts,
        calls=facts.calls - before.calls,
        total_ms=max(facts.total_ms - before.total_ms, 0.0),
        rows=max(facts.rows - before.rows, 0),
    )


def forgotten(known: Mapping[str, str], reading: UsageReading) -> list[str]:
    """The keys of counters that the source has no more; `known` gives the database of each."""
    there = {facts.key for facts in reading.counters}
    return [key for key, database in known.items() if database in reading.whole and key not in there]
