"""How far a feed of numbered events was read, when numbers may become visible out of order. Knows no Django.

A number is given before its transaction commits. So a reader that only remembers the highest number it saw
would miss an event that commits late. This one remembers what it saw at a moment, and is done with it only
once every transaction that ran at that moment has ended (the snapshots tell).
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.connectors.ddl import DdlEvent, DdlReading


@dataclass(frozen=True)
class Cursor:
    """All up to `settled` is done with; of what is above it, the numbers in `done` were handled.

    `seen` is the highest number of a reading that is settled once no transaction below `before` runs.
    """

    settled: int = 0
    seen: int = 0
    before: int = 0
    done: frozenset[int] = frozenset()

    def news(self, reading: DdlReading) -> list[DdlEvent]:
        """The events that nobody handled yet, in order; the reading must begin above `settled`."""
        return [event for event in reading.events if event.id not in self.done]

    def after(self, reading: DdlReading) -> Cursor:
        """The cursor once the news of `reading` are handled."""
        settled = self.seen if self.seen and reading.oldest_running >= self.before else self.settled
        done = frozenset(event.id for event in reading.events if event.id > settled)
        if settled == self.settled and self.seen:
            return Cursor(settled, self.seen, self.before, done)  # still waiting for the same transactions
        seen = max(done, default=0)
        return Cursor(settled, seen, reading.next_transaction if seen else 0, done)
