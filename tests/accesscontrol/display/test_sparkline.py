from accesscontrol.display.sparkline import Sparkline, sentence, sparkline


def test_values_fill_the_box_from_left_to_right():
    assert sparkline([0, 10], width=106, height=26) == Sparkline("M3 23L103 3", (103.0, 3.0), None)


def test_a_gap_breaks_the_line():
    assert sparkline([0, 10, None, 10], width=36, height=26).path == "M3 23L13 3M33 3"


def test_a_flat_line_stands_in_the_middle():
    assert sparkline([5, 5], width=36, height=26).path == "M3 13L33 13"


def test_the_limit_is_part_of_the_picture():
    assert sparkline([90, 100], width=36, height=26, limit=80).limit == 23.0


def test_nothing_known_draws_nothing():
    assert sparkline([None], width=36, height=26) == Sparkline("", None, None)
    assert sparkline([], width=36, height=26) == Sparkline("", None, None)


def test_the_sentence_says_what_the_line_shows():
    assert sentence("Completeness", [90, None, 85.5, 97]) == (
        "Completeness: 3 values, from 90 to 97, lowest 85.5, highest 97"
    )
    assert sentence("Completeness", [97]) == "Completeness: one value, 97"
    assert sentence("Completeness", [None]) == "Completeness: no values yet"
