from datetime import UTC, datetime, timedelta

import pytest

from accesscontrol.display.wording import ago, compact, initials, percent, words

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=119), "1 h ago"),
        (timedelta(days=2, hours=5), "2 d ago"),
        (timedelta(days=45), "1 mo ago"),
        (timedelta(days=800), "2 y ago"),
        (timedelta(days=-3), "in 3 d"),
        (timedelta(seconds=-5), "just now"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(gap, said):
    assert ago(NOW - gap, NOW) == said


@pytest.mark.parametrize(
    ("share", "digits", "said"),
    [
        (0.973, 0, "97 %"),
        (0.973, 1, "97.3 %"),
        (1.0, 0, "100 %"),
        (0, 0, "0 %"),
        (None, 0, "–"),
        (0.9999, 0, "99 %"),
        (0.99999, 1, "99.9 %"),
    ],
)
def test_a_share_is_never_rounded_up_to_everything(share, digits, said):
    assert percent(share, digits) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (999, "999"),
        (12431, "12.4 k"),
        (999_400, "999 k"),
        (999_600, "1000 k"),
        (-2_500_000, "-2.5 M"),
        (None, "–"),
    ],
)
def test_a_count_is_short(number, said):
    assert compact(number) == said


def test_a_code_name_becomes_words():
    assert [words("training_set"), words("in-review"), words(""), words("PII")] == [
        "Training set",
        "In review",
        "",
        "PII",
    ]


def test_initials_take_the_first_and_the_last_name():
    assert [initials("Ana Maria Lopez"), initials("alice"), initials("j.doe"), initials("")] == [
        "AL",
        "A",
        "JD",
        "",
    ]
