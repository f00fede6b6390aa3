"""Rows of a form become a query that is understood as it was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.builder import Row, built
from catalog.search.language import All, AnyOf, Comparison, Not, Phrase, Word, parse
from tests.build import make_asset


@pytest.mark.parametrize(
    ("typed", "rows", "match", "query"),
    [
        ("", [("kind", "is", "table")], "all", "kind:table"),
        ("", [("kind", "is", "table"), ("tier", "most", "2")], "all", "kind:table tier<=2"),
        (
            "orders",
            [("kind", "is", "table"), ("kind", "is", "view")],
            "any",
            "orders (kind:table OR kind:view)",
        ),
        ("a OR b", [("owner", "not", "none")], "all", "(a OR b) -owner:none"),
        ("", [("team", "is", "Data platform")], "all", 'team:"Data platform"'),
        ("", [("text", "is", "net revenue"), ("text", "not", "draft")], "all", '"net revenue" -draft'),
        ("", [("text", "is", "OR")], "all", '"OR"'),
        ("", [("text", "is", "-x(")], "all", '"-x("'),
        ("", [("kind", "is", " "), ("text", "is", '"')], "all", ""),
        ("orders", [], "all", "orders"),
    ],
)
def test_rows_are_written_as_a_query(typed, rows, match, query):
    assert built(typed, [Row(*row) for row in rows], match) == query


@given(
    st.lists(st.tuples(st.booleans(), st.text(alphabet='ab "()-:ORé', min_size=1, max_size=9)), max_size=4),
    st.sampled_from(["all", "any"]),
)
def test_what_is_built_is_understood_as_it_was_meant(rows, match):
    asked = [Row("team", "not" if negated else "is", value) for negated, value in rows]
    values = [" ".join(value.replace('"', " ").split()) for _, value in rows]
    expected = [
        Not(Comparison("team", "=", value)) if negated else Comparison("team", "=", value)
        for (negated, _), value in zip(rows, values, strict=True)
        if value
    ]

    tree = parse(built("", asked, match))

    join = AnyOf if match == "any" else All
    assert tree == (join(tuple(expected)) if len(expected) > 1 else next(iter(expected), None))


def test_the_form_leads_to_the_search(vera, signed_in):
    make_asset("shop.orders", tier=1)
    make_asset("shop.order_log", tier=4)
    browser = signed_in(vera)
    rows = {
        "q": "orders",
        "match": "all",
        "field": ["tier", "text"],
        "operator": ["most", "is"],
        "value": ["2", ""],
    }

    response = browser.get("/catalog/build/", rows, follow=True)

    assert response.redirect_chain == [("/catalog/?q=orders+tier%3C%3D2", 302)]
    assert [asset.title for asset in response.context["page"]] == ["orders"]
    assert browser.get("/catalog/build/").url == "/catalog/?"


def test_words_and_phrases_stay_what_they_are():
    tree = parse(built("x", [Row("text", "is", "two words"), Row("text", "is", "one")], "any"))

    assert tree == All((Word("x"), AnyOf((Phrase("two words"), Word("one")))))
