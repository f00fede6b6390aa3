from datetime import date

import pytest

from compliance.requests.clocks import Period, clocks


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 2), date(2026, 12, 2)),
        (date(2027, 1, 29), date(2027, 3, 1)),  # 28 February 2027 is a Sunday
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 11, 21), date(2026, 12, 21)),
        (date(2026, 12, 31), date(2027, 2, 1)),  # 31 January 2027 is a Sunday
    ],
)
def test_a_month_ends_as_the_regulation_says(received, due):
    assert Period(1, "months").after(received) == due


def test_days_are_calendar_days():
    assert Period(45, "days").after(date(2026, 11, 21)) == date(2027, 1, 5)


def test_every_law_has_a_limit_an_extension_and_a_place_to_read_it():
    for clock in clocks().values():
        assert clock.cite
        assert clock.limit.n > 0
        assert clock.extension.n > 0
