"""The walk in the database finds what a plain search finds: cycles, diamonds, hubs and past times."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.graph.models import Edge
from tests.lineage.graph.graphs import chain, draw, nodes, reachable

SIZE = 9
PAIRS = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=25)
SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def found(steps, start, down):
    """Return {node: level} and the set of edges of a walk."""
    levels, edges = {}, set()
    for step in steps:
        pairs = list(zip(step.sources, step.targets, strict=True))
        edges |= set(pairs)
        for source, target in pairs:
            node = target if down else source
            if node != start:
                levels.setdefault(node, step.level)
    return levels, edges


@SETTINGS
@given(PAIRS, st.integers(0, SIZE - 1), st.integers(0, SIZE), st.booleans())
def test_a_walk_equals_the_reference(db, pairs, start, depth, down):
    with transaction.atomic():
        made = nodes(SIZE)
        drawn = {(made[a].pk, made[b].pk) for a, b in pairs if a != b}
        draw(*((made[a], made[b]) for a, b in pairs))
        steps = Edge.objects.walk([made[start].pk], down=down, depth=depth, most=10_000)
        levels, edges = found(steps, made[start].pk, down)
        transaction.set_rollback(True)

    directed = drawn if down else {(b, a) for a, b in drawn}
    expected = reachable(directed, made[start].pk, depth)
    assert levels == expected
    inner = {made[start].pk} | {node for node, level in expected.items() if level < depth}
    assert edges == ({pair for pair in drawn if pair[0 if down else 1] in inner} if depth else set())


@SETTINGS
@given(PAIRS, PAIRS, st.booleans())
def test_a_walk_of_the_past_sees_what_held_then(db, old, new, down):
    """Old edges held until an hour ago, new ones since then."""
    with transaction.atomic():
        made = nodes(SIZE)
        now = timezone.now()
        draw(*((made[a], made[b]) for a, b in old), since=now - timedelta(hours=2))
        Edge.objects.update(valid_to=now - timedelta(hours=1))
        draw(*((made[a], made[b]) for a, b in new), since=now - timedelta(hours=1))
        walks = [
            found(Edge.objects.walk([made[0].pk], down=down, depth=99, most=999, at=at), made[0].pk, down)[0]
            for at in (now - timedelta(minutes=90), now - timedelta(minutes=30), None)
        ]
        transaction.set_rollback(True)

    def expected(pairs):
        ends = [(made[a].pk, made[b].pk) if down else (made[b].pk, made[a].pk) for a, b in pairs if a != b]
        return reachable(ends, made[0].pk, 99)

    assert walks == [expected(old), expected(new), expected(new)]


@pytest.mark.parametrize(("most", "truncated"), [(3, True), (4, False), (5, False)])
def test_a_walk_stops_at_its_limit_and_says_so(db, most, truncated):
    a, *_ = chain("a", "b", "c", "d", "e")

    steps = Edge.objects.walk([a.pk], down=True, depth=99, most=most)

    assert (sum(len(step.sources) for step in steps), steps[-1].truncated) == (min(most, 4), truncated)


def test_a_cycle_ends(db):
    a, b, c = chain("a", "b", "c")
    draw((c, a))

    assert [step.targets for step in Edge.objects.walk([a.pk], down=True, depth=99, most=99)] == [
        [b.pk],
        [c.pk],
        [a.pk],
    ]


def test_a_walk_is_one_query_however_far(db, query_count):
    a, *_ = chain(*"abcdefghijklmnop")

    with query_count(1):
        assert len(Edge.objects.walk([a.pk], down=True, depth=2**40, most=999)) == 15
