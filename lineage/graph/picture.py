"""The picture of a part of the graph, as the page's JSON. Knows no Django.

The shape is shown whole; what the reader may not see has a place in it, and no name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lineage.graph.layout import layout
from lineage.graph.wish import Side, Wish

HEIGHT, HEIGHT_OF_MORE = 48, 36  # px
KINDS = ["view", "model", "job", "manual"]  # of two reasons for a link the first is told
HIDDEN = "Hidden by policy"


class Node(NamedTuple):
    """A row of the scene; `hop` is its signed column, `way` how it was reached (b, d, u, x)."""

    row: int
    hop: int
    way: str


class Link(NamedTuple):
    source: int
    target: int
    job: int | None
    kind: str


@dataclass(frozen=True)
class Card:
    """What the reader may know of an asset."""

    id: str
    label: str
    sub: str
    name: str
    kind: str
    domain: str | None
    status: str
    removed: bool
    url: str
    panel: str
    quality: str | None = None


class Known(NamedTuple):
    """What the reader may know of an asset that they may only ask for."""

    name: str
    owner: str


@dataclass(frozen=True)
class Scene:
    """`degrees` maps a row to its neighbours up and down, shown or not; `cards` lacks what is hidden.

    Of the hidden rows in `known` name and owner are told, of the others nothing.
    """

    root: int
    nodes: Sequence[Node]
    links: Sequence[Link]
    degrees: Mapping[int, tuple[int, int]]
    cards: Mapping[int, Card]
    hidden_id: Callable[[int], str]
    truncated: bool
    known: Mapping[int, Known] = field(default_factory=dict)

    def id_of(self, row: int) -> str:
        card = self.cards.get(row)
        return card.id if card else self.hidden_id(row)


def picture(scene: Scene, wish: Wish) -> dict[str, Any]:
    """Return the picture with every node in its place."""
    return _Painter(scene, wish).paint()


class _Painter:
    def __init__(self, scene: Scene, wish: Wish) -> None:
        self.scene = scene
        self.wish = wish
        self.step = 2 if wish.jobs else 1  # with jobs between them datasets stand two columns apart
        self.hops = {node.row: node.hop * self.step for node in scene.nodes}
        self.near: dict[Side, set[int]] = defaultdict(set)
        for link in scene.links:
            self.near[Side(str(link.source), "d")].add(link.target)
            self.near[Side(str(link.target), "u")].add(link.source)

    def paint(self) -> dict[str, Any]:
        edges = self._edges()
        nodes = [self._node(node) for node in self.scene.nodes]
        own = {node.row for node in self.scene.nodes}
        nodes += [self._job_node(row) for row in self.hops if row not in own]
        more = [extra for node in self.scene.nodes for extra in self._more_nodes(node)]
        self._place(nodes, more, edges)
        return {
            "root": self.scene.id_of(self.scene.root),
            "nodes": nodes + more,
            "edges": edges,
            "truncated": self.scene.truncated,
            "counts": {"nodes": len(nodes), "edges": len(edges)},
        }

    # --- edges ------------------------------------------------------------------------------------
    def _edges(self) -> list[dict[str, Any]]:
        joined: dict[tuple[int, int], list[Link]] = defaultdict(list)
        for link in self.scene.links:
            for source, target in self._steps(link):
                joined[(source, target)].append(link)
        return [self._edge(source, target, links) for (source, target), links in joined.items()]

    def _steps(self, link: Link) -> list[tuple[int, int]]:
        """A link is one step; with jobs shown it goes through its job, which gets a column in between."""
        job = link.job
        if not self.wish.jobs or job is None or job in (link.source, link.target):
            return [(link.source, link.target)]
        if job not in self.hops:
            self.hops[job] = self._between(job)
        return [(link.source, job), (job, link.target)]

    def _between(self, job: int) -> int:
        mine = [link for link in self.scene.links if link.job == job]
        last = max(self.hops[link.source] for link in mine)
        first = min(self.hops[link.target] for link in mine)
        middle = (last + first) // 2
        return middle if middle % 2 else middle + 1

    def _edge(self, source: int, target: int, links: Iterable[Link]) -> dict[str, Any]:
        """Only jobs that the reader may see are named, and none that stands at an end of the edge.

        Of an edge that ends at something hidden no kind is told: a view or a model has its own.
        """
        jobs = {link.job for link in links if link.job not in (None, source, target)}
        names = sorted(self.scene.cards[job].name for job in jobs if job in self.scene.cards)
        told = source in self.scene.cards and target in self.scene.cards
        kind = min((link.kind for link in links), key=KINDS.index) if told else ""
        return {"s": self.scene.id_of(source), "t": self.scene.id_of(target), "jobs": names, "kind": kind}

    # --- nodes ------------------------------------------------------------------------------------
    def _node(self, node: Node) -> dict[str, Any]:
        return {
            **self._face(node.row),
            "hop": node.hop,
            "more": {"u": self._unseen(node, "u"), "d": self._unseen(node, "d")},
            "open": {"u": self._is_open(node, "u"), "d": self._is_open(node, "d")},
        }

    def _job_node(self, row: int) -> dict[str, Any]:
        return {
            **self._face(row),
            "hop": self.hops[row] / self.step,
            "more": {"u": 0, "d": 0},
            "open": {"u": True, "d": True},
        }

    def _face(self, row: int) -> dict[str, Any]:
        card = self.scene.cards.get(row)
        if card is None:
            return self._stub(row)
        return {
            "id": card.id,
            "label": card.label,
            "sub": card.sub,
            "kind": card.kind,
            "domain": card.domain,
            "hidden": False,
            "removed": card.removed,
            "url": card.url,
            "panel": card.panel,
            "status": card.status,
            "quality": card.quality,
            "h": HEIGHT,
        }

    def _stub(self, row: int) -> dict[str, Any]:
        """That something is there, and no more; name and owner of what the reader may ask for."""
        known = self.scene.known.get(row)
        nothing = dict.fromkeys(("kind", "domain", "url", "panel", "status", "quality"))
        return {
            **nothing,
            "id": self.scene.hidden_id(row),
            "label": known.name if known else HIDDEN,
            "sub": f"Owner {known.owner}" if known and known.owner else "",
            "hidden": True,
            "removed": False,
            "h": HEIGHT,
        }

    def _unseen(self, node: Node, way: str) -> int:
        """Return how many neighbours are not shown; beside a hidden asset only whether there are any."""
        up, down = self.scene.degrees.get(node.row, (0, 0))
        unseen = max(0, (up if way == "u" else down) - len(self.near[Side(str(node.row), way)]))
        return unseen if node.row in self.scene.cards else min(unseen, 1)

    def _is_open(self, node: Node, way: str) -> bool:
        """Open by depth, going on as it was reached; or because the reader opened it."""
        if Side(self.scene.id_of(node.row), way) in self.wish.opened:
            return True
        if way == "d":
            return node.way in "bd" and node.hop < self.wish.down
        return node.way in "bu" and -node.hop < self.wish.up

    def _more_nodes(self, node: Node) -> Iterable[dict[str, Any]]:
        """ "+77 more" stands beside the neighbours that an open side shows."""
        for way in "ud":
            unseen = self._unseen(node, way)
            if unseen and self._is_open(node, way):
                whose = self.scene.id_of(node.row)
                yield {
                    "id": f"more:{whose}{way}",
                    "more_of": whose,
                    "dir": way,
                    "hidden_count": unseen if node.row in self.scene.cards else None,
                    "hop": node.hop + (1 if way == "d" else -1),
                    "h": HEIGHT_OF_MORE,
                }

    # --- places -----------------------------------------------------------------------------------
    def _place(
        self, nodes: Sequence[dict[str, Any]], more: Sequence[dict[str, Any]], edges: Iterable[dict[str, Any]]
    ) -> None:
        drawn = [*nodes, *more]
        places = layout(
            hops={node["id"]: round(node["hop"] * self.step) for node in drawn},
            edges=[(e["s"], e["t"]) for e in edges] + [_link_of_more(node) for node in more],
            heights={node["id"]: node["h"] for node in drawn},
            previous=self.wish.previous,
            pin=self.wish.pin,
            last={node["id"] for node in more},
        )
        for node in drawn:
            node["x"], node["y"] = places[node["id"]]


def _link_of_more(node: Mapping[str, Any]) -> tuple[str, str]:
    return (node["more_of"], node["id"]) if node["dir"] == "d" else (node["id"], node["more_of"])
