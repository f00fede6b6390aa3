"""What lies downstream of each changed asset, from one walk over all of them."""

from hypothesis import given
from hypothesis import strategies as st

from lineage.changes.spread import MOST_REACHED, spread
from tests.lineage.graph.graphs import reachable

node = st.integers(0, 8)
pairs = st.lists(st.tuples(node, node), max_size=25)


@given(pairs, st.sets(node, max_size=4))
def test_it_is_what_a_search_from_each_of_them_finds(edges, starts):
    found = spread(starts, [(source, target, None) for source, target in edges])

    for start in starts:
        expected = reachable(edges, start, 20)
        assert set(found[start]) == set(expected)
        assert [expected[one] for one in found[start]] == sorted(expected.values())


def test_the_job_that_moves_the_data_is_reached_too():
    assert spread([1], [(1, 2, 9), (2, 3, 9)]) == {1: [2, 9, 3]}


def test_of_very_many_the_nearest_are_told():
    edges = [(0, at, None) for at in range(1, 3000)] + [(1, 5000, None)]

    found = spread([0], edges)[0]

    assert len(found) == MOST_REACHED
    assert 5000 not in found
