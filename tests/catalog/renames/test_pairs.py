"""Which of what went and what came is the same thing."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.renames.pairs import Thing, certain, likely

TABLE = ("table", "shop")
COLUMNS = frozenset({("id", "int"), ("email", "text"), ("born", "date")})

things = st.builds(
    Thing,
    pk=st.integers(1, 50),
    place=st.sampled_from([TABLE, ("view", "shop"), ("table", "till")]),
    stable_id=st.sampled_from(["", "1", "2", "3"]),
    columns=st.sampled_from([COLUMNS, COLUMNS | {("city", "text")}, frozenset()]),
)
many = st.lists(things, max_size=8, unique_by=lambda thing: thing.pk)


def test_the_same_id_is_the_same_thing_whatever_its_columns():
    assert certain([Thing(1, TABLE, "7", COLUMNS)], [Thing(2, TABLE, "7")]) == [(1, 2)]


def test_an_id_of_another_database_or_kind_is_another_thing():
    old = [Thing(1, TABLE, "7")]

    assert certain(old, [Thing(2, ("table", "till"), "7"), Thing(3, ("view", "shop"), "7")]) == []


def test_without_ids_the_same_columns_are_likely_the_same_thing():
    assert likely([Thing(1, TABLE, "", COLUMNS)], [Thing(2, TABLE, "", COLUMNS)]) == [(1, 2)]


def test_two_candidates_are_none():
    one, two = Thing(1, TABLE, "", COLUMNS), Thing(2, TABLE, "", COLUMNS)

    assert likely([one], [Thing(3, TABLE, "", COLUMNS), Thing(4, TABLE, "", COLUMNS)]) == []
    assert likely([one, two], [Thing(3, TABLE, "", COLUMNS)]) == []


def test_two_columns_are_not_enough():
    few = frozenset({("id", "int"), ("name", "text")})

    assert likely([Thing(1, TABLE, "", few)], [Thing(2, TABLE, "", few)]) == []


def test_who_has_an_id_is_not_told_by_columns():
    assert likely([Thing(1, TABLE, "7", COLUMNS)], [Thing(2, TABLE, "8", COLUMNS)]) == []


@given(many, many)
def test_nothing_is_paired_twice(old, new):
    for pairs in (certain(old, new), likely(old, new)):
        assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)


@given(many, many)
def test_who_went_and_who_came_can_be_told_the_other_way_round(old, new):
    for tell in (certain, likely):
        assert sorted(tell(old, new)) == sorted((one, other) for other, one in tell(new, old))
