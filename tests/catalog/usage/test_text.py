"""What stands in a statement as data never leaves it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.usage.text import LONGEST, SHOWN, read

DATA = "kx7"
WORDS = st.text(alphabet="ab'\\\" \n;$-/*#", max_size=12)


def escaped(dialect: str, value: str) -> str:
    """A literal as the engine would write it."""
    if dialect == "mysql":
        value = value.replace("\\", "\\\\")
    return "'" + value.replace("'", "''") + "'"


@given(st.lists(WORDS, max_size=4), st.sampled_from(["postgres", "mysql", "duckdb", "sqlite"]))
def test_no_literal_is_shown_whatever_is_in_it(words, dialect):
    values = [DATA + word + DATA for word in words]
    told = ", ".join(escaped(dialect, value) for value in values)

    found = read(f"SELECT a, {told or 1} FROM t", dialect)

    assert DATA not in found.shown + found.parsable
    assert found.shown.startswith("SELECT a, ")
    assert found.shown.endswith(" FROM t")


@given(WORDS, st.sampled_from(["bigquery", "spark", "snowflake", ""]))
def test_where_a_literal_may_end_later_nothing_after_it_is_shown(word, dialect):
    for quote in ("'", '"'):
        found = read(f"SELECT {quote}{word}\\{quote} , {DATA}, {quote} FROM t", dialect)

        assert DATA not in found.shown + found.parsable


@pytest.mark.parametrize(
    ("dialect", "statement", "shown"),
    [
        ("postgres", "SELECT * FROM a -- kx7\nWHERE b = 5", "SELECT * FROM a  \nWHERE b = ?"),
        ("postgres", "SELECT /* kx7 /* inner */ kx7 */ a", "SELECT"),
        ("postgres", "SELECT E'a\\'kx7', $x$ kx7 $x$, $$kx7$$", "SELECT '…', '…', '…'"),
        ("postgres", "SELECT 1e-5, .5, 0xFF, a1, b.c2, -3", "SELECT ?, ?, ?, a1, b.c2, -?"),
        ("postgres", "SELECT * FROM t WHERE a IN ($1 /*, ... */)", "SELECT * FROM t WHERE a IN (?, …)"),
        ("postgres", "SELECT * FROM t WHERE a IN (1, 2, 3);", "SELECT * FROM t WHERE a IN (?, …)"),
        ("postgres", "INSERT INTO t VALUES (1, 'a'), (2, 'b')", "INSERT INTO t VALUES (?, …)"),
        ("postgres", "ALTER ROLE x PASSWORD 'kx7", "ALTER ROLE x PASSWORD '…'"),
        ("postgres", 'SELECT "Column" FROM "Table 7"', 'SELECT "Column" FROM "Table 7"'),
        ("mysql", 'SELECT "kx7", `b` FROM t # kx7', "SELECT '…', `b` FROM t"),
        ("mysql", "SELECT 'kx7\\'', x'4B' FROM t", "SELECT '…', '…' FROM t"),
        ("bigquery", 'SELECT "kx7" FROM `p.d.t`', "SELECT '…' FROM `p.d.t`"),
    ],
)
def test_what_is_shown(dialect, statement, shown):
    assert read(statement, dialect).shown == shown


def test_statements_that_differ_in_data_and_space_only_are_one_kind():
    keys = {
        read(each, "postgres", "shop").key
        for each in (
            "SELECT a FROM t WHERE b = 1",
            "SELECT a\n  FROM t WHERE b = $1;",
            "SELECT a FROM t WHERE b = 22",
        )
    }

    assert len(keys) == 1
    assert read("SELECT a FROM t WHERE b = 1", "postgres", "other").key not in keys


def test_a_statement_of_a_megabyte_is_cut():
    found = read("SELECT '" + "x" * 1_000_000 + "'", "postgres")

    assert found.cut
    assert found.shown == "SELECT '…'"
    long = read("SELECT " + ", ".join(f"column_{at}" for at in range(100_000)), "postgres")
    assert long.cut
    assert len(long.shown) == SHOWN
    assert len(long.parsable) <= LONGEST
