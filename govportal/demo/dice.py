"""Chance that falls the same way at every run."""

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID


class Dice(random.Random):
    """Seeded by a word, so that adding a table never changes the rows of another."""

    def chance(self, share: float) -> bool:
        return self.random() < share

    def moment(self, first: datetime, last: datetime) -> datetime:
        """A second between two instants; `first` where they are in the wrong order."""
        return first + timedelta(seconds=int(self.random() * max(0.0, (last - first).total_seconds())))

    def later(self, start: datetime, low_hours: float, high_hours: float) -> datetime:
        return start + timedelta(seconds=int(self.uniform(low_hours, high_hours) * 3600))

    def uuid(self) -> UUID:
        return UUID(int=self.getrandbits(128), version=4)

    def money(self, low: float, high: float) -> Decimal:
        """Euro with two decimals."""
        return Decimal(self.randint(round(low * 100), round(high * 100))).scaleb(-2)


def midnight(day: date) -> datetime:
    """The instant at which the data ends: nothing in the databases is later."""
    return datetime.combine(day, time(), UTC)
