"""Schedules as cron writes them: minute, hour, day of the month, month, day of the week. Knows no Django.

As in cron itself, a moment fits when the day of the month or the day of the week fits, where both are given.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

SHORT = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
}
DAYS_AHEAD = 366 * 40 + 1  # a 29th of February that is a Friday may be forty years away
PART = re.compile(r"(\*|[a-z0-9]+(?:-[a-z0-9]+)?)(?:/(\d+))?")
NAMES_OF_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
MONTHS = {name: at for at, name in enumerate(NAMES_OF_MONTHS.split(), start=1)}
WEEKDAYS = {
    name: at for at, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
}  # Sunday is 7 too


class WrongSchedule(ValueError):
    """The text is no schedule; the message says which field of it is wrong."""


@dataclass(frozen=True)
class Place:
    """One of the five fields: what it is called, and which numbers and names it takes."""

    name: str
    low: int
    high: int
    names: dict[str, int]


PLACES = (
    Place("minute", 0, 59, {}),
    Place("hour", 0, 23, {}),
    Place("day of the month", 1, 31, {}),
    Place("month", 1, 12, MONTHS),
    Place("day of the week", 0, 7, WEEKDAYS),
)


@dataclass(frozen=True)
class Schedule:
    """The moments of a schedule; `either` says that one of the two days is enough."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def after(self, moment: datetime, zone: tzinfo) -> datetime:
        """The first moment after `moment`, in UTC. A time that the clocks skip comes when they went on."""
        return next(self.following(moment, zone))

    def following(self, moment: datetime, zone: tzinfo) -> Iterator[datetime]:
        """Yield the moments after `moment`, in UTC, at least one. They end some years ahead."""
        told, today = moment, moment.astimezone(zone).date()
        for ahead in range(DAYS_AHEAD):
            day = today + timedelta(days=ahead)
            if not self.has(day):
                continue
            clock = (datetime.combine(day, time(h, m), zone) for h in self.hours for m in self.minutes)
            for each in sorted({moment.astimezone(UTC) for moment in clock}):
                if each > told:
                    told = each
                    yield each

    def has(self, day: date) -> bool:
        """Whether the schedule has moments on this day."""
        by_day, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        fits = by_day or by_weekday if self.either else by_day and by_weekday
        return fits and day.month in self.months


def parse(text: str) -> Schedule:
    """The schedule that `text` is; raises WrongSchedule."""
    fields = SHORT.get(text.strip().lower(), text).lower().split()
    if len(fields) != len(PLACES):
        raise WrongSchedule("Write five fields: minute, hour, day of the month, month, day of the week.")
    minutes, hours, days, months, weekdays = (
        numbers(field, place) for field, place in zip(fields, PLACES, strict=True)
    )
    found = Schedule(
        tuple(sorted(minutes)),
        tuple(sorted(hours)),
        frozenset(days),
        frozenset(months),
        frozenset(each % 7 for each in weekdays),
        either=not fields[2].startswith("*") and not fields[4].startswith("*"),
    )
    if next(found.following(datetime(2024, 1, 1, tzinfo=UTC), UTC), None) is None:
        raise WrongSchedule("No month has such a day.")
    return found


def numbers(field: str, place: Place) -> set[int]:
    """The numbers that one field stands for."""
    return {number for part in field.split(",") for number in _part(part, place)}


def _part(text: str, place: Place) -> range:
    found = PART.fullmatch(text)
    step = int(found[2]) if found and found[2] else 1
    if found is None or not 0 < step <= place.high:
        raise WrongSchedule(f"“{text}” is no {place.name}.")
    if found[1] == "*":
        return range(place.low, min(place.high, 6 if place.high == 7 else place.high) + 1, step)
    first, _, last = found[1].partition("-")
    low = _number(first, place)
    high = _number(last, place) if last else (place.high if found[2] else low)
    if high < low:
        raise WrongSchedule(f"“{text}” goes backwards: write the smaller {place.name} first.")
    return range(low, high + 1, step)


def _number(text: str, place: Place) -> int:
    number = place.names[text] if text in place.names else int(text) if text.isdecimal() else -1
    if not place.low <= number <= place.high:
        raise WrongSchedule(f"“{text}” is no {place.name}: it goes from {place.low} to {place.high}.")
    return number
