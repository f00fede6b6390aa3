"""Where each node of a lineage picture stands: columns by hop, rows that hold still.

x is the signed distance from the root and never changes. y pulls towards the mean of the
neighbours (Sugiyama's barycentre); each column is then spread by isotonic regression, which moves
nodes as little as their weights allow. After an expansion the nodes already on the screen weigh a
thousand times the new ones, so a reader keeps the picture that they know.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from statistics import fmean
from typing import NamedTuple

STEP = 370.0  # px between columns: a card of 220 px and 150 px for the curves
GAP = 18.0  # px of air between two cards of a column
SWEEPS = 6  # more sweeps no longer remove crossings that a reader would notice
FAR = 1e6  # px; a position beyond this was not drawn by us
NEW, OLD, PINNED = 1.0, 1e3, 1e12


class Place(NamedTuple):
    """The centre of a node, in px; the root stands at x = 0."""

    x: float
    y: float


def layout(
    *,
    hops: Mapping[str, int],
    edges: Iterable[tuple[str, str]],
    heights: Mapping[str, float],
    previous: Mapping[str, float] | None = None,
    pin: str | None = None,
    last: Collection[str] = (),
) -> dict[str, Place]:
    """Place every node of `hops`; the order of `hops` breaks ties, so the same input gives the same picture.

    `edges` are (source, target) pairs; those that leave the picture are ignored. `heights` are px.
    `previous` holds the y of nodes already on the screen: they keep their order and, where there is
    room, their position. `pin` is the node that was clicked: it does not move. `last` nodes
    ("+77 more") stand below their siblings.
    """
    board = _Board(hops, _neighbours(hops, edges), heights, _drawn(hops, previous or {}, last), pin, last)
    board.seed()
    for sweep in range(1 if board.kept else SWEEPS):
        board.sweep(outward=sweep % 2 == 0)
    shift = 0.0 if board.kept else board.middle()
    return {node: Place(hop * STEP, round(board.y[node] - shift, 1)) for node, hop in hops.items()}


def spread(wanted: Sequence[float], weights: Sequence[float], apart: Sequence[float]) -> list[float]:
    """Return the y nearest to `wanted` (weighted least squares) with y[i+1] - y[i] >= apart[i].

    Pool adjacent violators on y minus its offset: O(n), exact.
    """
    offsets = list(accumulate(apart, initial=0.0))[: len(wanted)]
    pools: list[tuple[float, float, int]] = []
    for want, weight, offset in zip(wanted, weights, offsets, strict=True):
        pools.append((want - offset, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            pools.append(_pooled(pools.pop(), pools.pop()))
    levels = [level for level, _, size in pools for _ in range(size)]
    return [level + offset for level, offset in zip(levels, offsets, strict=True)]


def _pooled(one: tuple[float, float, int], two: tuple[float, float, int]) -> tuple[float, float, int]:
    weight = one[1] + two[1]
    return (one[0] * one[1] + two[0] * two[1]) / weight, weight, one[2] + two[2]


def _neighbours(hops: Mapping[str, int], edges: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    near: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        if source in hops and target in hops and source != target:
            near[source].append(target)
            near[target].append(source)
    return near


def _drawn(hops: Mapping[str, int], previous: Mapping[str, float], last: Collection[str]) -> dict[str, float]:
    """The positions worth keeping. They come from a browser: NaN, infinity and nonsense are forgotten."""
    return {node: y for node, y in previous.items() if node in hops and node not in last and abs(y) < FAR}


@dataclass
class _Board:
    hops: Mapping[str, int]
    near: Mapping[str, list[str]]
    heights: Mapping[str, float]
    kept: Mapping[str, float]
    pin: str | None
    last: Collection[str]
    y: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rank = {node: place for place, node in enumerate(self.hops)}
        self.columns: dict[int, list[str]] = defaultdict(list)
        for node, hop in self.hops.items():
            self.columns[hop].append(node)
        self.outward = sorted(self.columns, key=lambda hop: (abs(hop), hop))

    def seed(self) -> None:
        """Give every node a first y: its old one, or the mean of what is nearer the root."""
        self.y.update(self.kept)
        for hop in self.outward:
            for node in self.columns[hop]:
                if node not in self.y:
                    placed = [near for near in self.near.get(node, ()) if near in self.y]
                    nearer = [near for near in placed if abs(self.hops[near]) < abs(hop)]
                    self.y[node] = self._mean(nearer or placed, 0.0)

    def sweep(self, *, outward: bool) -> None:
        """Settle each column by its neighbours; outward sweeps listen only towards the root."""
        for hop in self.outward if outward else reversed(self.outward):
            self._settle(hop, outward=outward)

    def middle(self) -> float:
        """The y of the root: the picture is drawn around it."""
        return self.y[self.columns[self.outward[0]][0]] if self.outward else 0.0

    def _settle(self, hop: int, *, outward: bool) -> None:
        column = self.columns[hop]
        wanted = {node: self._want(node, outward=outward) for node in column if node not in self.last}
        for node in column:
            if node in self.last:
                wanted[node] = self._below(node, wanted)
        order = sorted(column, key=lambda node: (round(wanted[node]), node in self.last, self.rank[node]))
        heights = [self.heights[node] for node in order]
        apart = [(upper + lower) / 2 + GAP for upper, lower in pairwise(heights)]
        ys = spread([wanted[node] for node in order], [self._weight(node) for node in order], apart)
        self.y.update(zip(order, ys, strict=True))

    def _want(self, node: str, *, outward: bool) -> float:
        if node in self.kept:
            return self.kept[node]
        if self.kept and (old := [self.kept[near] for near in self._siblings(node) if near in self.kept]):
            return max(old) + 1.0
        reach = abs(self.hops[node]) if outward else FAR
        return self._mean(
            [near for near in self.near.get(node, ()) if abs(self.hops[near]) <= reach], self.y[node]
        )

    def _below(self, node: str, wanted: Mapping[str, float]) -> float:
        return max(
            (wanted[sibling] for sibling in self._siblings(node) if sibling in wanted), default=self.y[node]
        )

    def _siblings(self, node: str) -> Iterable[str]:
        """The nodes of the same column that hang on the same parent, the node itself included."""
        hop = self.hops[node]
        parents = [near for near in self.near.get(node, ()) if abs(self.hops[near]) < abs(hop)]
        return (near for parent in parents for near in self.near[parent] if self.hops[near] == hop)

    def _weight(self, node: str) -> float:
        if node == self.pin and node in self.kept:
            return PINNED
        return OLD if node in self.kept else NEW

    def _mean(self, nodes: Sequence[str], otherwise: float) -> float:
        return fmean(self.y[node] for node in nodes) if nodes else otherwise
