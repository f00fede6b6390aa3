"""Whatever a table, a column or a value is called, it stays one name and one text."""

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as some
from sqlglot import exp

from accesscontrol.enforcement.names import NotAName, name, path, text

DIALECTS = ["postgres", "mysql", "snowflake", "trino"]
LETTERS = some.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")
WEIRD = some.text(LETTERS, min_size=1, max_size=15) | some.text("\"'`\\;-. é", min_size=1, max_size=15)


@given(WEIRD, some.sampled_from(DIALECTS))
def test_a_name_is_read_back_as_it_was(value, dialect):
    read = sqlglot.parse_one(f"SELECT {name(value, dialect)}", dialect=dialect)

    assert [each.name for each in read.find_all(exp.Identifier)] == [value]


@given(WEIRD, some.sampled_from(DIALECTS))
def test_a_text_is_read_back_as_it_was(value, dialect):
    read = sqlglot.parse_one(f"SELECT {text(value, dialect)}", dialect=dialect)

    assert [each.this for each in read.find_all(exp.Literal)] == [value]


def test_a_path_leaves_out_empty_parts():
    assert path("gov", "or.ders") == '"gov"."or.ders"'
    assert path("", "a`b", dialect="mysql") == "`a``b`"


@pytest.mark.parametrize(
    ("value", "dialect"), [("", "postgres"), ("a\x00b", "mysql"), ("é" * 32, "postgres"), ("a" * 65, "mysql")]
)
def test_what_a_database_would_cut_or_refuse_is_refused(value, dialect):
    with pytest.raises(NotAName):
        name(value, dialect)


def test_the_limit_counts_bytes_in_postgresql_and_letters_in_mysql():
    assert name("é" * 31, "postgres")
    assert name("é" * 64, "mysql")


def test_a_text_with_nul_is_refused():
    with pytest.raises(NotAName):
        text("\x00")
