"""Regular expressions for SQLite find what Python's find, in a time that does not explode."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.connectors.sqlite.regexps import Late, Regexp, Unreadable

LETTERS = "abA1 _-\n@é"
ATOMS = r". a b A é \d \w \s \W \D \S [ab] [^a] [a-c1] ^ $ \b \A \Z [\w-] (?i:a) (?s:.) [^\Wb] ()"
atoms = st.sampled_from(ATOMS.split())


def wider(inner):
    quantifiers = st.sampled_from(["*", "+", "?", "*?", "{2}", "{1,3}", "{0,2}?", "{2,}"])
    return (
        st.lists(inner, min_size=1, max_size=3).map("".join)
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})")
        | st.tuples(inner, quantifiers).map(lambda pair: f"(?:{pair[0]}){pair[1]}")
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    pattern=st.recursive(atoms, wider, max_leaves=6),
    flags=st.sampled_from(["", "(?i)", "(?m)", "(?s)", "(?a)"]),
    text=st.text(LETTERS, max_size=8),
)
def test_it_finds_what_python_finds(pattern, flags, text):
    assert Regexp(flags + pattern).search(text) == bool(re.search(flags + pattern, text))


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*)*x", "a*a*a*a*a*b"])
def test_what_python_never_ends_is_found_at_once(pattern):
    assert not Regexp(pattern).search("a" * 50_000 + "!")


@pytest.mark.parametrize("pattern", ["(", "[", "(a)\\1", "(?=a)", "(?<!a)b", "a++", "(?>a)", "(a)?(?(1)b|c)"])
def test_what_cannot_be_read_says_so(pattern):
    with pytest.raises(Unreadable, match="regular expression"):
        Regexp(pattern)


def test_an_expression_may_not_grow_without_end():
    with pytest.raises(Unreadable, match="too long"):
        Regexp("(?:(?:a{100}){100}){100}")


def test_the_clock_is_looked_at():
    with pytest.raises(Late):
        Regexp("b").search("a" * 10_000, lambda: True)
