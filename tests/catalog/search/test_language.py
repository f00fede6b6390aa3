"""What somebody typed, as a tree, or as what is wrong with it and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.assets import choices
from catalog.search.fields import FIELDS
from catalog.search.language import All, AnyOf, BadQuery, Comparison, Not, Phrase, Word, parse


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("", None),
        ("  ", None),
        ("orders", Word("orders", begins=True)),
        ("orders ", Word("orders")),
        ("ord* total ", All((Word("ord", begins=True), Word("total")))),
        ("open orders", All((Word("open"), Word("orders", begins=True)))),
        ("a AND b ", All((Word("a"), Word("b")))),
        ('"net revenue"', Phrase("net revenue")),
        ("cats or dogs", AnyOf((Word("cats"), Word("dogs")))),
        ("a b OR c", AnyOf((All((Word("a"), Word("b"))), Word("c")))),
        ("a (b OR c)", All((Word("a"), AnyOf((Word("b"), Word("c")))))),
        ("-draft", Not(Word("draft"))),
        ("NOT (a OR b)", Not(AnyOf((Word("a"), Word("b"))))),
        ("kind:table", Comparison("kind", "=", "table")),
        ("KIND:Table", Comparison("kind", "=", "table")),
        ("kind:table,view", AnyOf((Comparison("kind", "=", "table"), Comparison("kind", "=", "view")))),
        ('team:"Data platform"', Comparison("team", "=", "Data platform")),
        ('team: "Data platform"', Comparison("team", "=", "Data platform")),
        ("pii:yes", Comparison("personal", "=", "yes")),
        ("tier<=2", Comparison("tier", "<=", "2")),
        ("tier:>=2", Comparison("tier", ">=", "2")),
        ("sensitivity>internal", Comparison("sensitivity", ">", "internal")),
        ("updated>=2026-01-31", Comparison("updated", ">=", "2026-01-31")),
        ("-owner:none", Not(Comparison("owner", "=", "none"))),
        ("e-mail ", Word("e-mail")),
        ("s3://bucket/x ", Word("s3://bucket/x")),
        ("a>b ", All((Word("a>"), Word("b")))),
    ],
)
def test_a_query_is_understood(typed, tree):
    assert parse(typed) == tree


@pytest.mark.parametrize(
    ("typed", "position", "said"),
    [
        ('orders "net', 8, "quote is not closed"),
        ("(a OR b", 1, "parenthesis is not closed"),
        ("a )", 3, "No parenthesis was opened"),
        ("()", 2, "A word is missing before ')'"),
        ("a OR", 5, "A word is missing at the end"),
        ("OR a", 1, "A word is missing before 'OR'"),
        ("x colour:red", 3, "There is no field 'colour'"),
        ("kind:tabel", 6, "kind is one of: database"),
        ("kind:", 6, "A value is missing after 'kind:'"),
        ("kind:,", 6, "A value is missing after 'kind:'"),
        ("tier:high", 6, "tier is a whole number"),
        ("updated>yesterday", 9, "updated is a day"),
        ("personal:maybe", 10, "personal is yes or no"),
        ("kind>table", 6, "kind has no order"),
        ("owner>=none", 8, "owner has no order"),
        ("sensitivity>none", 13, "sensitivity is one of"),
        ("(" * 30 + "a" + ")" * 30, 22, "Too many parentheses"),
        ("a" * 1001, 1001, "at most 1000 letters"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(typed, position, said):
    with pytest.raises(BadQuery) as error:
        parse(typed)

    assert said in error.value.message
    assert error.value.position == position
    assert str(error.value).endswith(f"(at letter {position})")


@given(st.text(alphabet='ab"()-:<>=, *ORANDkindtier1\0é', max_size=40))
def test_any_text_is_a_query_or_a_bad_query(typed):
    assert 1 <= place_of_fault(typed) <= len(typed) + 1


def place_of_fault(typed):
    try:
        parse(typed)
    except BadQuery as error:
        return error.position
    return 1


def test_the_language_knows_every_kind_and_status_there_is():
    assert set(FIELDS["kind"].values) == set(choices.Kind.values)
    assert set(FIELDS["status"].values) == {*choices.Status.values, "removed"}
    assert set(FIELDS["certification"].values) == set(choices.Certification.values)
