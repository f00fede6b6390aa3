from hypothesis import given
from hypothesis import strategies as st

from accesscontrol.display.diff import Piece, word_diff


def test_only_the_changed_words_are_marked():
    before, after = word_diff("Loaded nightly.", "Loaded every hour.")

    assert before == [Piece("Loaded ", False), Piece("nightly", True), Piece(".", False)]
    assert after == [Piece("Loaded ", False), Piece("every hour", True), Piece(".", False)]


def test_an_empty_side_has_no_pieces():
    assert word_diff("", "new") == ([], [Piece("new", True)])


def test_very_long_texts_are_compared_as_a_whole():
    long = "word " * 3000

    assert word_diff(long, long + "x") == ([Piece(long, True)], [Piece(long + "x", True)])


@given(st.text(max_size=80), st.text(max_size=80))
def test_each_side_joins_to_its_text(old, new):
    before, after = word_diff(old, new)

    assert ("".join(piece.text for piece in before), "".join(piece.text for piece in after)) == (old, new)
    assert [p.text for p in before if not p.changed] == [p.text for p in after if not p.changed]
