import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.assets.terms import Terms, terms_of
from catalog.search.snippets import START, STOP, pieces


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("", Terms("", "")),
        ("cust", Terms("", "cust")),
        ("open orders", Terms("open", "orders")),
        ("open orders ", Terms("open orders", "")),
        ("shop.public.orders", Terms("shop public", "orders")),
        ("fct_orders", Terms("fct", "orders")),
        ("sales -draft", Terms("sales -draft", "")),
        ("e-mail", Terms("e", "mail")),
        ('"net revenue"', Terms('"net revenue"', "")),
        ('"net reve', Terms('"net reve', "")),
        ("cats or", Terms("cats or", "")),
        ("Ünïcode 表", Terms("Ünïcode", "表")),
        ("a:b & c!", Terms("a b & c!", "")),
    ],
)
def test_the_last_plain_word_is_a_beginning(typed, terms):
    assert terms_of(typed) == terms


@pytest.mark.django_db
@given(st.text(max_size=40))
def test_postgresql_understands_whatever_is_typed(typed):
    from catalog.assets.models import Asset

    assert list(Asset.objects.matching(typed.replace("\x00", ""))[:1]) == []


@pytest.mark.parametrize(
    ("snippet", "parts"),
    [
        ("plain", [("plain", False)]),
        (f"a {START}b{STOP} c", [("a ", False), ("b", True), (" c", False)]),
        (f"{START}<b>{STOP}", [("<b>", True)]),
        ("", []),
    ],
)
def test_a_snippet_is_taken_apart_at_its_marks(snippet, parts):
    assert pieces(snippet) == parts
