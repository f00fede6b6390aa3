"""The moments of a cron schedule."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.sources.cron import WrongSchedule, parse

FRIDAY = datetime(2026, 3, 27, 22, 0, tzinfo=UTC)


def told(text, number=3, zone=UTC, after=FRIDAY):
    return [f"{moment:%a %d %b %H:%M}" for moment in islice(parse(text).following(after, zone), number)]


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("0 4 * * *", ["Sat 28 Mar 04:00", "Sun 29 Mar 04:00", "Mon 30 Mar 04:00"]),
        ("*/20 8-9 * * mon-fri", ["Mon 30 Mar 08:00", "Mon 30 Mar 08:20", "Mon 30 Mar 08:40"]),
        ("5,1 0 1 jan,JUL *", ["Wed 01 Jul 00:01", "Wed 01 Jul 00:05", "Fri 01 Jan 00:01"]),
        ("0 0 13 * 5", ["Fri 03 Apr 00:00", "Fri 10 Apr 00:00", "Mon 13 Apr 00:00"]),
        ("0 0 * * 7", ["Sun 29 Mar 00:00", "Sun 05 Apr 00:00", "Sun 12 Apr 00:00"]),
        ("30/15 23 * * *", ["Fri 27 Mar 23:30", "Fri 27 Mar 23:45", "Sat 28 Mar 23:30"]),
        ("@weekly", ["Sun 29 Mar 00:00", "Sun 05 Apr 00:00", "Sun 12 Apr 00:00"]),
        ("0 0 */7 4 5", ["Fri 01 Apr 00:00", "Fri 08 Apr 00:00"]),  # of 2033
        ("0 0 29 2 *", ["Tue 29 Feb 00:00", "Sun 29 Feb 00:00"]),
    ],
)
def test_a_schedule_has_its_moments(text, moments):
    assert told(text, len(moments)) == moments


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Write five fields"),
        ("* * * *", "Write five fields"),
        ("@sometimes", "Write five fields"),
        ("60 * * * *", "“60” is no minute: it goes from 0 to 59."),
        ("* 24 * * *", "“24” is no hour"),
        ("* * 0 * *", "“0” is no day of the month"),
        ("* * * 13 *", "“13” is no month"),
        ("* * * * fry", "“fry” is no day of the week"),
        ("*/0 * * * *", "“*/0” is no minute"),
        ("1,,2 * * * *", "“” is no minute"),
        ("9-5 * * * *", "“9-5” goes backwards"),
        ("0 0 31 feb *", "No month has such a day."),
        ("٣ * * * *", "“٣” is no minute"),
    ],
)
def test_what_is_no_schedule_is_named(text, reason):
    with pytest.raises(WrongSchedule) as caught:
        parse(text)

    assert str(caught.value).startswith(reason)


def test_a_time_that_the_clocks_skip_comes_when_they_went_on():
    berlin = ZoneInfo("Europe/Berlin")  # on 29 March two o'clock is three at once

    assert told("30 2 * * *", 3, berlin) == ["Sat 28 Mar 01:30", "Sun 29 Mar 01:30", "Mon 30 Mar 00:30"]


FIELDS = [(0, 59), (0, 23), (1, 28), (1, 12), (0, 6)]


@st.composite
def schedules(draw):
    """Five fields, each a star, a step, or some numbers; and the numbers that each stands for."""
    texts, sets = [], []
    for low, high in FIELDS:
        kind = draw(st.sampled_from(["star", "step", "list"]))
        every = range(low, high + 1)
        if kind == "list":
            chosen = draw(st.sets(st.sampled_from(every), min_size=1, max_size=4))
            texts.append(",".join(map(str, chosen)))
        else:
            step = 1 if kind == "star" else draw(st.integers(1, high))
            top = 31 if (low, high) == (1, 28) else high
            chosen = set(range(low, top + 1, step))
            texts.append("*" if kind == "star" else f"*/{step}")
        sets.append(chosen)
    return " ".join(texts), sets


@given(schedules(), st.integers(0, 10 * 366 * 24 * 60))
def test_no_fitting_minute_is_left_out_and_no_other_is_told(schedule, start):
    text, (minutes, hours, days, months, weekdays) = schedule
    fields = text.split()
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    start = FRIDAY + timedelta(minutes=start, seconds=start % 60)
    found = next(parse(text).following(start, UTC))

    def fits(moment):
        of_month, of_week = moment.day in days, moment.isoweekday() % 7 in weekdays
        day = of_month or of_week if either else of_month and of_week
        return day and moment.minute in minutes and moment.hour in hours and moment.month in months

    assert found > start
    assert fits(found)
    minute = (start + timedelta(minutes=1)).replace(second=0, microsecond=0)
    for ahead in range(min(2000, int((found - minute).total_seconds() // 60))):
        assert not fits(minute + timedelta(minutes=ahead))
