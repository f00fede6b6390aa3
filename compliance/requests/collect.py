"""Carry out a plan: read, follow, until nothing new is found. Knows no Django and no database."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from compliance.requests.plan import Hop, Plan

Row = Mapping[str, object]
Key = tuple[object, ...]
Read = Callable[[int, tuple[str, ...], "tuple[Key, ...]"], Iterable[Row]]
"""Called as (table, columns, wanted values of these columns); returns whole rows."""
Start = Callable[[int, str], Iterable[Row]]
"""Called as (table, column); returns the rows in which the column holds the person's identifier."""

BATCH = 500


@dataclass
class Found:
    """The rows of one table, each once, and the ways by which they were reached."""

    rows: dict[str, Row] = field(default_factory=dict)
    ways: list[str] = field(default_factory=list)

    def add(self, rows: Iterable[Row], way: str) -> list[Row]:
        """Keep what is new, and return it."""
        new = {repr(sorted(row.items())): row for row in rows}
        fresh = {key: row for key, row in new.items() if key not in self.rows}
        self.rows.update(fresh)
        if fresh and way not in self.ways:
            self.ways.append(way)
        return list(fresh.values())


def collect(plan: Plan, start: Start, read: Read, names: Mapping[int, str]) -> dict[int, Found]:
    """Return what was found by table id, also for tables in which nothing was found.

    Ends on any cycle: a row that is known already is not followed again.
    """
    found = {table: Found() for table in plan.tables}
    waiting: deque[tuple[int, list[Row]]] = deque()
    for identity in plan.starts:
        way = f"{names[identity.table]}.{identity.column} is the identifier"
        waiting.append(
            (identity.table, found[identity.table].add(start(identity.table, identity.column), way))
        )
    while waiting:
        table, rows = waiting.popleft()
        for hop in (hop for hop in plan.hops if hop.source == table and rows):
            new = found[hop.table].add(_follow(hop, rows, read), _way(hop, names))
            waiting.append((hop.table, new))
    return found


def _follow(hop: Hop, rows: Iterable[Row], read: Read) -> Iterable[Row]:
    keys = dict.fromkeys(tuple(row[column] for column in hop.source_columns) for row in rows)
    whole = [key for key in keys if None not in key]
    for at in range(0, len(whole), BATCH):
        yield from read(hop.table, hop.columns, tuple(whole[at : at + BATCH]))


def _way(hop: Hop, names: Mapping[int, str]) -> str:
    here = ", ".join(hop.columns)
    there = ", ".join(hop.source_columns)
    return f"{names[hop.table]}.{here} = {names[hop.source]}.{there}"
