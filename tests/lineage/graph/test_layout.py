"""The layout promises that a reader keeps the picture: nothing overlaps, nothing known moves without need."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.graph.layout import GAP, STEP, Place, layout, spread

CARD = 48.0


def draw(hops, edges, **more):
    return layout(hops=hops, edges=edges, heights=dict.fromkeys(hops, CARD), **more)


def hub(readers):
    hops = {"root": 0} | {f"r{number}": 1 for number in range(readers)}
    return hops, [("root", node) for node in hops if node != "root"]


def random_graph(seed, size):
    chance = Random(seed)
    hops = {"root": 0} | {f"n{number}": chance.randint(-4, 4) or 1 for number in range(size)}
    nodes = list(hops)
    return hops, [(chance.choice(nodes), chance.choice(nodes)) for _ in range(size * 2)]


def ys(places, hop):
    return sorted(place.y for place in places.values() if place.x == hop * STEP)


def assert_nothing_overlaps(places, height=CARD):
    columns = {place.x for place in places.values()}
    gaps = [low - high for x in columns for high, low in pairwise(ys(places, x / STEP))]
    assert min(gaps, default=height + GAP) >= height + GAP - 0.11  # y is rounded to a tenth


def test_one_node_stands_in_the_middle():
    assert draw({"a": 0}, []) == {"a": Place(0.0, 0.0)}


def test_an_empty_picture_is_empty():
    assert draw({}, []) == {}


def test_upstream_is_left_and_downstream_is_right():
    places = draw(
        {"root": 0, "up": -1, "down": 1, "far": 2}, [("up", "root"), ("root", "down"), ("down", "far")]
    )

    assert {node: place.x for node, place in places.items()} == {
        "root": 0.0,
        "up": -STEP,
        "down": STEP,
        "far": 2 * STEP,
    }


def test_a_chain_is_a_straight_line():
    places = draw({"b": 0, "a": -1, "c": 1}, [("a", "b"), ("b", "c")])

    assert [place.y for place in places.values()] == [0.0, 0.0, 0.0]


def test_children_stand_around_their_parent_in_the_order_given():
    places = draw(*hub(3))

    assert [places[node].y for node in ("r0", "r1", "r2")] == [-66.0, 0.0, 66.0]


def test_tall_nodes_get_the_room_they_need():
    hops, edges = hub(2)

    places = layout(hops=hops, edges=edges, heights={"root": 48, "r0": 248, "r1": 48})

    assert places["r1"].y - places["r0"].y == pytest.approx(124 + 24 + GAP, abs=0.11)


def test_parallel_chains_do_not_cross():
    hops = {"root": 0, "a1": 1, "b1": 1, "b2": 2, "a2": 2}
    edges = [("root", "a1"), ("root", "b1"), ("a1", "a2"), ("b1", "b2")]

    places = draw(hops, edges)

    assert (places["a1"].y < places["b1"].y) == (places["a2"].y < places["b2"].y)


def test_edges_out_of_the_picture_and_loops_are_ignored():
    assert draw({"a": 0}, [("a", "gone"), ("gone", "a"), ("a", "a")]) == {"a": Place(0.0, 0.0)}


def test_the_more_node_stands_below_its_siblings():
    hops, edges = hub(9)
    hops = {"root": 0, "more": 1} | hops

    places = draw(hops, [("root", "more"), *edges, ("r0", "root")], last={"more"})

    assert ys(places, 1)[-1] == places["more"].y


@pytest.mark.parametrize("seed", range(5))
def test_the_same_input_gives_the_same_picture(seed):
    assert draw(*random_graph(seed, 60)) == draw(*random_graph(seed, 60))


@given(st.integers(0, 10_000), st.integers(1, 60))
def test_no_two_cards_overlap(seed, size):
    assert_nothing_overlaps(draw(*random_graph(seed, size)))


@given(st.integers(0, 10_000), st.integers(2, 40))
def test_known_nodes_keep_their_order_when_others_arrive(seed, size):
    hops, edges = random_graph(seed, size)
    known = dict(list(hops.items())[: size // 2 + 1])
    before = draw(known, edges)

    after = draw(hops, edges, previous={node: place.y for node, place in before.items()})

    assert_nothing_overlaps(after)
    for x in {place.x for place in before.values()}:
        column = [node for node, place in before.items() if place.x == x]
        assert sorted(column, key=lambda node: before[node].y) == sorted(
            column, key=lambda node: after[node].y
        )


@given(st.integers(0, 10_000), st.integers(2, 40))
def test_the_clicked_node_does_not_move(seed, size):
    hops, edges = random_graph(seed, size)
    known = dict(list(hops.items())[: size // 2 + 1])
    before = {node: place.y for node, place in draw(known, edges).items()}
    clicked = list(known)[-1]

    assert draw(hops, edges, previous=before, pin=clicked)[clicked].y == pytest.approx(
        before[clicked], abs=0.11
    )


def test_nothing_moves_when_nothing_is_new():
    hops, edges = random_graph(7, 50)
    before = draw(hops, edges)

    assert draw(hops, edges, previous={node: place.y for node, place in before.items()}) == before


def test_more_children_are_added_below_and_the_known_ones_stay():
    few, edges = hub(8)
    before = draw(few, edges)
    many, edges = hub(58)

    after = draw(many, edges, previous={node: place.y for node, place in before.items()}, pin="root")

    moved = max(abs(after[node].y - before[node].y) for node in before)
    assert moved < 200  # 50 new cards need 3,300 px
    assert min(after[f"r{number}"].y for number in range(8, 58)) > after["r7"].y


@pytest.mark.parametrize("nonsense", [float("nan"), float("inf"), -1e300, 10**400])
def test_nonsense_from_a_browser_is_forgotten(nonsense):
    hops, edges = hub(3)

    assert draw(hops, edges, previous={"r1": nonsense, "unknown": 5.0}) == draw(hops, edges)


def test_spread_leaves_alone_what_is_far_enough_apart():
    assert spread([0.0, 50.0, 200.0], [1, 1, 1], [50, 50]) == [0.0, 50.0, 200.0]


def test_spread_shares_the_move_by_weight():
    assert spread([0.0, 0.0], [3.0, 1.0], [40.0]) == [-10.0, 30.0]


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(0.5, 50)), min_size=1, max_size=12))
def test_spread_is_the_best_that_keeps_its_distance(pairs):
    wanted, weights = zip(*pairs, strict=True)
    best = spread(wanted, weights, [10.0] * (len(pairs) - 1))

    assert all(low - high >= 10 - 1e-6 for high, low in pairwise(best))
    # Optimal: within every pool the weighted pulls cancel, and no prefix of a pool wants to move up.
    pull = 0.0
    for place, (y, want, weight) in enumerate(zip(best, wanted, weights, strict=True)):
        pull += weight * (want - y)
        closes = place == len(best) - 1 or best[place + 1] - y > 10 + 1e-6
        assert pull == pytest.approx(0, abs=1e-4) if closes else pull > -1e-4
        pull = 0.0 if closes else pull
