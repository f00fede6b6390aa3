"""Names in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from stewardship.discussions.mentions import names_in, pieces
from stewardship.templatetags.discussion import written


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ada", ["ada"]),
        ("ask @ada, @ben.b and (@c-d)!", ["ada", "ben.b", "c-d"]),
        ("@ada @ada.", ["ada"]),
        ("ada@example.org", []),
        ("https://example.org/@ada and a/@ben", []),
        ("@ @. @-", []),
        ("@@ada", []),
        ("@anna@example.org", ["anna@example.org"]),
        ("@ümit", ["ümit"]),
    ],
)
def test_names_are_found(text, names):
    assert names_in(text) == names


@given(some.text())
def test_the_pieces_are_the_text(text):
    assert "".join(part for part, _ in pieces(text)) == text


@given(some.text(alphabet=some.characters(codec="utf-8") | some.sampled_from("<>&\"'@/:.w")))
def test_nothing_of_a_text_is_markup(text):
    shown = written(text)
    for tag in ("<p>", "</p>", "<br>", "</a>", "</span>", '<span class="mention">'):
        shown = shown.replace(tag, "")
    assert "<" not in shown.replace('<a href="', "")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "javascript:alert(1)", '"><img src=x onerror=1>', "@<b>"]
)
def test_attacks_stay_text(text):
    shown = written(text)
    assert not [tag for tag in ("<script", "<img", "<b>") if tag in shown]
    assert 'href="javascript' not in shown


def test_addresses_are_links_and_lines_break():
    assert written("See https://example.org/a?b=1&c=2\nand @ada") == (
        '<p>See <a href="https://example.org/a?b=1&amp;c=2" rel="nofollow">https://example.org/a?b=1&amp;c=2</a>'
        '<br>and <span class="mention">@ada</span></p>'
    )
