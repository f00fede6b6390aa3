"""Edges are drawn once, begin as early as anybody says, and end without being forgotten."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accesscontrol.audit.models import Entry
from catalog.assets.models import Field
from lineage.graph.edges import ColumnEdgeSpec, EdgeSpec, pairs
from lineage.graph.models import FOREVER, ColumnEdge, Edge
from lineage.graph.services import close_edges, draw_column_edges, draw_edges, replace_edges
from tests.build import make_asset
from tests.lineage.graph.graphs import draw


@pytest.fixture
def shop(db):
    """Tables a, b and c with columns x and y, by name."""
    return {name: make_asset(f"shop.public.{name}", "x y") for name in "abc"}


def named():
    return sorted(
        (edge.source.title, edge.target.title)
        for edge in Edge.objects.open().select_related("source", "target")
    )


def test_an_edge_is_drawn_once(shop):
    a, b = shop["a"], shop["b"]

    assert [draw((a, b), (a, b)), draw((a, b))] == [1, 0]
    assert named() == [("a", "b")]


def test_edges_by_two_jobs_are_two(shop):
    one, two = make_asset("one", kind="job"), make_asset("two", kind="job")

    assert draw((shop["a"], shop["b"], one), (shop["a"], shop["b"], two), (shop["a"], shop["b"])) == 3


def test_a_loop_is_left_out(shop):
    assert draw((shop["a"], shop["a"])) == 0


def test_an_edge_begins_at_the_earliest_moment_that_anybody_says(shop):
    now = timezone.now()

    for hours in (2, 3, 1):
        draw((shop["a"], shop["b"]), since=now - timedelta(hours=hours))

    edge = Edge.objects.get()
    assert (edge.valid_from, edge.valid_to) == (now - timedelta(hours=3), FOREVER)


def test_no_edge_begins_in_the_future(shop):
    draw((shop["a"], shop["b"]), since=timezone.now() + timedelta(days=9))

    assert Edge.objects.get().valid_from <= timezone.now()


def test_the_log_says_what_was_drawn_and_nothing_when_nothing_was(shop):
    draw((shop["a"], shop["b"]), (shop["a"], shop["c"]))
    draw((shop["a"], shop["b"]))

    [entry] = Entry.objects.filter(action="lineage.edges_drawn")
    targets = [str(shop["b"].code), str(shop["c"].code)]
    assert json.loads(entry.body)["details"] == {"count": 2, "targets": targets}
    assert (entry.object_id, entry.actor) == (targets[0], "tests")


def test_replacing_closes_what_is_gone_and_keeps_it_for_the_past(shop):
    a, b, c = shop.values()
    draw((a, c), (b, c), kind="view", since=timezone.now() - timedelta(hours=1))
    draw((a, c), kind="job")

    told = replace_edges(kind="view", targets=[c.pk], edges=[EdgeSpec(b.pk, c.pk, "view")], actor="tests")

    assert told == (0, 1)
    assert sorted((edge.kind, edge.source_id) for edge in Edge.objects.open()) == [
        ("job", a.pk),
        ("view", b.pk),
    ]
    before = Edge.objects.at(timezone.now() - timedelta(minutes=30))
    assert before.count() == 2
    assert Entry.objects.filter(action="lineage.edges_closed").count() == 1


def test_what_comes_back_is_a_new_edge(shop):
    a, c = shop["a"], shop["c"]
    edge = [EdgeSpec(a.pk, c.pk, "view")]
    replace_edges(kind="view", targets=[c.pk], edges=edge, actor="tests")
    replace_edges(kind="view", targets=[c.pk], edges=[], actor="tests")

    assert replace_edges(kind="view", targets=[c.pk], edges=edge, actor="tests") == (1, 0)
    assert (Edge.objects.count(), Edge.objects.open().count()) == (2, 1)


def test_closing_twice_says_so_once(shop):
    draw((shop["a"], shop["b"]))
    edges = list(Edge.objects.values_list("pk", flat=True))

    assert [close_edges(edges=edges, actor="tests"), close_edges(edges=edges, actor="tests")] == [1, 0]


def column(asset, name):
    return Field.objects.get(asset=asset, name=name).pk


def test_column_edges_are_drawn_once_and_replaced_like_edges(shop):
    a, c = shop["a"], shop["c"]
    first = ColumnEdgeSpec(
        column(a, "x"), column(c, "x"), "view", transformation="DIRECT", subtype="IDENTITY"
    )
    second = ColumnEdgeSpec(column(a, "y"), column(c, "x"), "view", transformation="DIRECT", masked=True)
    draw_column_edges(edges=[first, first], actor="tests")
    draw_column_edges(edges=[first], actor="tests")
    assert ColumnEdge.objects.count() == 1

    replace_edges(kind="view", targets=[c.pk], edges=[], columns=[second], actor="tests")

    assert [edge.masked for edge in ColumnEdge.objects.open()] == [True]
    assert ColumnEdge.objects.count() == 2


def test_ten_thousand_edges_take_as_many_queries_as_one(db, django_assert_num_queries):
    made = [make_asset(f"t{number}") for number in range(101)]
    with django_assert_num_queries(6) as one:
        draw((made[0], made[1]))
    with django_assert_num_queries(6) as many:
        draw_edges(edges=[EdgeSpec(a.pk, b.pk) for a in made for b in made], actor="tests")
    assert len(one) == len(many)


def test_the_walks_use_the_indexes_of_open_and_of_past_edges(db):
    made = [make_asset(f"t{number}") for number in range(60)]
    draw_edges(edges=[EdgeSpec(a.pk, b.pk) for a in made for b in made], actor="tests")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE lineage_edge")

    def plan(condition):
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN SELECT target_id, job_id FROM lineage_edge "
                f"WHERE source_id = ANY(ARRAY[{made[0].pk}]) AND {condition}"
            )
            return "\n".join(line for (line,) in cursor.fetchall())

    assert "edge_" in plan("valid_to = '9999-12-31 00:00:00+00'")
    assert "edge_asof_down" in plan("valid_to > now() AND valid_from <= now()")


@pytest.mark.parametrize(
    ("inputs", "outputs", "expected"),
    [
        ([1, 2], [3], {(1, 3), (2, 3)}),
        ([1], [1], set()),
        ([1], [], {(1, 9)}),
        ([], [1], {(9, 1)}),
        ([], [], set()),
        ([1, 2], [2], {(1, 2)}),
    ],
)
def test_pairs_of_a_job(inputs, outputs, expected):
    assert pairs(9, inputs, outputs) == expected


def test_400_pairs_are_drawn_and_401_are_not():
    assert len(pairs(0, range(1, 21), range(21, 41))) == 400
    assert len(pairs(0, range(1, 402), [999])) == 402  # each side to the job instead


def test_an_edge_cannot_be_doubled_in_the_database(shop):
    draw((shop["a"], shop["b"]))
    edge = Edge.objects.get()
    edge.pk = None

    assert Edge.objects.bulk_create([edge], ignore_conflicts=True)
    assert Edge.objects.count() == 1
