"""Lineage ten steps deep beside a recursive query that a tutorial would write; and the page's JSON."""

import statistics
from collections.abc import Sequence
from functools import partial
from random import Random
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from accesscontrol.identity.models import User
from accesscontrol.identity.services import save_user
from accesscontrol.policysets.reads import documents_in_force
from accesscontrol.policysets.services import install
from benchmarks.harness import Benchmark
from benchmarks.skeleton_graph import Graph, layered
from benchmarks.skeleton_measures import by_turns, median, queries, spent
from catalog.assets.models import Asset
from lineage.graph.edges import EdgeSpec
from lineage.graph.models import FOREVER, Edge, Step
from lineage.graph.reads import MOST_EDGES, neighbourhood
from lineage.graph.services import draw_edges
from lineage.graph.wish import MOST_NODES, Wish

DEPTH = 10
STARTS = 8  # of each kind
MID = 20
CANDIDATES = 100
SEED = 20
PLAIN = """
    WITH RECURSIVE reached(node, depth) AS (
        SELECT %(start)s::bigint, 0
        UNION
        SELECT e.target_id, r.depth + 1
          FROM reached r JOIN lineage_edge e ON e.source_id = r.node
         WHERE e.valid_to = %(forever)s AND r.depth < %(depth)s
    )
    SELECT e.source_id, e.target_id, e.job_id
      FROM lineage_edge e
     WHERE e.valid_to = %(forever)s
       AND e.source_id IN (SELECT node FROM reached WHERE depth < %(depth)s)
"""


def measure(bench: Benchmark, *, edges: int, times: int) -> None:
    dice = Random(SEED)
    graph = layered(edges, dice)
    rows = load(graph, dice)
    bench.row(assets=Asset.objects.count(), edges=Edge.objects.open().count())
    starts = {
        "random": dice.sample(range(graph.datasets), STARTS),
        "mid": mid(graph, dice),
        "hub": [graph.hub],
    }
    for kind, chosen in starts.items():
        compare(bench, graph, rows, kind, chosen, times)
    picture(bench, [rows[each] for chosen in starts.values() for each in chosen], times)


def mid(graph: Graph, dice: Random) -> list[int]:
    """Return starts from which about a twentieth of the edges is reached: what people look at."""
    wanted = len(graph.edges) / MID
    some = dice.sample(range(graph.datasets), CANDIDATES)
    return sorted(some, key=lambda each: abs(len(graph.below(each, DEPTH)) - wanted))[:STARTS]


def load(graph: Graph, dice: Random) -> list[int]:
    """Write the graph as ingestion does; return the asset of each dataset. Ids tell nothing of layers."""
    order = list(range(graph.datasets))
    dice.shuffle(order)
    made = Asset.objects.bulk_create([asset("table", f"lake.layer.made_{each}") for each in order])
    rows = dict(zip(order, (each.pk for each in made), strict=True))
    targets = sorted({target for _, target in graph.edges})
    jobs = Asset.objects.bulk_create([asset("job", f"load_{each}") for each in targets])
    job_of = dict(zip(targets, (each.pk for each in jobs), strict=True))
    specs = [EdgeSpec(rows[source], rows[target], job=job_of[target]) for source, target in graph.edges]
    draw_edges(edges=specs, actor="bench")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE lineage_edge, catalog_asset")
    return [rows[each] for each in range(graph.datasets)]


def asset(kind: str, name: str) -> Asset:
    return Asset(kind=kind, namespace="bench://graph", name=name)


def compare(
    bench: Benchmark, graph: Graph, rows: Sequence[int], kind: str, starts: Sequence[int], times: int
) -> None:
    """Walk down from each start in both ways by turns, after their answers were found right."""
    sizes = [checked(graph, rows, start) for start in starts]
    found = [by_turns(partial(walk, rows[each]), partial(plain, rows[each]), times) for each in starts]
    ours, theirs = (median(each) for each in zip(*found, strict=True))
    bench.row(
        starts=kind,
        of=len(starts),
        edges_found=int(statistics.median(sizes)),
        walk_ms=ours.clock,
        walk_cpu_ms=ours.work,
        recursive_query_ms=theirs.clock,
        recursive_query_cpu_ms=theirs.work,
    )
    if kind != "random":
        ratio = sum(each[0].work for each in found) / sum(each[1].work for each in found)
        bench.bar(f"lineage: {DEPTH} steps from {kind}, times the recursive query", ratio, "times", bar=1.0)


def checked(graph: Graph, rows: Sequence[int], start: int) -> int:
    """Return how many edges both ways find; they must be those of the graph, each once."""
    right = sorted((rows[source], rows[target]) for source, target in graph.below(start, DEPTH))
    ours = sorted(pair for step in walk(rows[start]) for pair in zip(step.sources, step.targets, strict=True))
    theirs = sorted((row[0], row[1]) for row in plain(rows[start]))
    if not ours == theirs == right:
        raise SystemExit(
            f"Of {len(right)} edges the walk finds {len(ours)}, the recursive query {len(theirs)}."
        )
    return len(ours)


def walk(start: int) -> list[Step]:
    return Edge.objects.walk([start], down=True, depth=DEPTH, most=MOST_EDGES)


def plain(start: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, {"start": start, "depth": DEPTH, "forever": FOREVER})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def picture(bench: Benchmark, starts: Sequence[int], times: int) -> None:
    """Time the JSON of the fullest picture among those around `starts`, layout included."""
    reader = reader_by_policy()
    roots = Asset.objects.filter(pk__in=starts)
    pictures = [(drawn(reader, root, DEPTH)["counts"]["nodes"], root) for root in roots]
    nodes, root = max(pictures, key=lambda each: each[0])
    client = Client(SERVER_NAME="localhost")
    client.force_login(reader)
    address = reverse("lineage:elements", args=[root.code])
    asked = {"up": DEPTH, "down": DEPTH}
    read = median([spent(lambda: drawn(reader, root, DEPTH)) for _ in range(times)])
    whole = median([spent(lambda: client.get(address, asked)) for _ in range(times)])
    bench.row(picture_nodes=nodes, most=MOST_NODES, read_and_layout_ms=read.clock, cpu_ms=read.work)
    bench.row(picture_nodes=nodes, page_json_ms=whole.clock, cpu_ms=whole.work)
    few, many = queries(lambda: drawn(reader, root, 0)), queries(lambda: drawn(reader, root, DEPTH))
    bench.row(picture_nodes=nodes, queries=many, queries_of_root_alone=few)
    bench.bar("lineage: queries for a full picture, more than for its root alone", many - few, "", bar=0)


def drawn(reader: User, root: Asset, depth: int) -> dict[str, Any]:
    return neighbourhood(reader=reader, asset=root, wish=Wish(up=depth, down=depth))


def reader_by_policy() -> User:
    """A viewer who sees all of the graph because a policy lets them."""
    department = {"attribute": "user.department", "operator": "==", "value": "bench-graph"}
    document = {"name": "bench: graph", "actions": ["view"], "conditions": [department]}
    install(documents=[*documents_in_force(), document], summary="For the benchmark", actor="bench")
    return save_user(username="bench-viewer", actor="bench", roles=["viewer"], department="bench-graph")
