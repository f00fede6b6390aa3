"""Graphs for tests: assets named a, b, c …, and edges drawn as a service draws them."""

from collections import defaultdict
from itertools import pairwise

from catalog.assets.models import Asset
from lineage.graph.edges import EdgeSpec
from lineage.graph.services import draw_edges
from tests.build import make_asset


def nodes(count, **attributes):
    """Return `count` tables n0, n1, … by name."""
    rows = [
        Asset(kind="table", namespace="pg", name=f"shop.public.n{number}", **attributes)
        for number in range(count)
    ]
    return Asset.objects.bulk_create(rows)


def draw(*pairs, kind="job", since=None):
    """Draw edges of pairs of assets, or of (source, target, job)."""
    specs = [
        EdgeSpec(source.pk, target.pk, kind, job[0].pk if job else None, since)
        for source, target, *job in pairs
    ]
    return draw_edges(edges=specs, actor="tests")


def chain(*names):
    """Return tables of these names, each drawn into the next."""
    made = [make_asset(f"shop.public.{name}") for name in names]
    draw(*pairwise(made))
    return made


def reachable(pairs, start, depth):
    """The reference: breadth first over plain pairs; return {node: level} without the start."""
    near = defaultdict(set)
    for source, target in pairs:
        near[source].add(target)
    levels, front = {}, {start}
    for level in range(1, depth + 1):
        front = {after for node in front for after in near[node]} - levels.keys() - {start}
        levels |= dict.fromkeys(front, level)
    return levels
