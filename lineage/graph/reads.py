"""Questions to the graph. Each takes the same number of queries whatever the size of the answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from accesscontrol.display.stubs import Stubs
from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from lineage.graph.cards import cards, known
from lineage.graph.models import NO_LIMIT, Edge, Step
from lineage.graph.picture import Card, Link, Node, Scene, picture
from lineage.graph.wish import MOST_NODES, USUAL, Side, Wish

MOST_EDGES = 20_000  # that one walk follows
DATA = {
    Asset.Kind.TABLE,
    Asset.Kind.VIEW,
    Asset.Kind.FILE,
    Asset.Kind.TOPIC,
    Asset.Kind.FEATURE,
    Asset.Kind.TRAINING_SET,
}


def neighbourhood(*, reader: User, asset: Asset, wish: Wish) -> dict[str, Any]:
    """Return the picture around `asset` as JSON; hidden assets are in it as stubs without a name."""
    stubs = Stubs(settings.SECRET_KEY, reader.pk)
    keys = _rows_of(wish.nodes, reader, stubs)
    nodes = Edge.objects.scene(
        asset.pk,
        up=wish.up,
        down=wish.down,
        opened=[_key(side, keys) for side in wish.opened if side.node in keys],
        limits={_key(side, keys): most for side, most in wish.limits.items() if side.node in keys},
        usual=USUAL,
        most=MOST_NODES + 1,
        removed=wish.removed,
        at=wish.at,
    )
    rows = [node.asset for node in nodes[:MOST_NODES]]
    links = [Link(*link) for link in _links(rows, wish.at)]
    jobs = {link.job for link in links if link.job is not None}
    shown = {*rows, *jobs}
    seen = cards(reader=reader, rows=shown)
    scene = Scene(
        root=asset.pk,
        nodes=[Node(*node) for node in nodes[:MOST_NODES]],
        links=links,
        degrees={
            d.asset: (d.up, d.down) for d in Edge.objects.degrees(rows, removed=wish.removed, at=wish.at)
        },
        cards=seen,
        known=known(reader=reader, rows=shown - seen.keys()) if shown - seen.keys() else {},
        hidden_id=stubs.id_of,
        truncated=len(nodes) > MOST_NODES,
    )
    return picture(scene, wish)


def _rows_of(ids: Collection[str], reader: User, stubs: Stubs) -> dict[str, int]:
    """Return the rows of ids in the picture; an id that the reader cannot have from there is left out."""
    hidden = {id: stubs.row_of(id) for id in ids}
    codes = [id for id, row in hidden.items() if row is None and "hidden" not in id]
    seen = Asset.objects.visible_to(reader).filter(code__in=codes).values_list("code", "pk") if codes else ()
    return {id: row for id, row in hidden.items() if row is not None} | {str(code): pk for code, pk in seen}


def _key(side: Side, rows: Mapping[str, int]) -> str:
    return f"{rows[side.node]}{side.way}"


def _links(rows: Sequence[int], at: datetime | None) -> Iterable[tuple[int, int, int | None, str]]:
    edges = Edge.objects.at(at).among(rows).order_by("pk")
    return edges.values_list("source_id", "target_id", "job_id", "kind")


@dataclass(frozen=True)
class Related:
    """An asset up or down the graph, `hop` steps away at the nearest."""

    hop: int
    card: Card


@dataclass(frozen=True)
class Reach:
    """Everything found in one direction; `truncated`: there is more.

    `hidden` counts what policies hide next to what is found; what lies behind that is not told.
    """

    found: list[Related] = field(default_factory=list)
    hidden: int = 0
    truncated: bool = False


def upstream_datasets(*, reader: User, asset: Asset) -> Reach:
    """Return every dataset behind `asset`, such as a model, however far: one walk."""
    return reach(reader=reader, asset=asset, down=False, kinds=DATA)


def reach(
    *,
    reader: User,
    asset: Asset,
    down: bool,
    depth: int = NO_LIMIT,
    kinds: Collection[str] = (),
    at: datetime | None = None,
) -> Reach:
    """Return the assets within `depth` steps, nearest first; `kinds` empty means all of them."""
    steps = Edge.objects.walk([asset.pk], down=down, depth=depth, most=MOST_EDGES, at=at)
    hops = _hops(asset.pk, steps, down=down)
    known = cards(reader=reader, rows=hops)
    found = [Related(hops[row], card) for row, card in known.items() if not kinds or card.kind in kinds]
    return Reach(
        found=sorted(found, key=lambda one: (one.hop, one.card.name)),
        hidden=_stubs(asset.pk, steps, known, down=down),
        truncated=any(step.truncated for step in steps),
    )


def _hops(start: int, steps: Sequence[Step], *, down: bool) -> dict[int, int]:
    hops: dict[int, int] = {}
    for step in steps:
        for row in step.targets if down else step.sources:
            if row != start:
                hops.setdefault(row, step.level)
    return hops


def _stubs(start: int, steps: Sequence[Step], seen: Collection[int], *, down: bool) -> int:
    """Return how many hidden assets stand next to the start, or to an asset that the reader may see."""
    shown, hidden = {start, *seen}, set()
    for step in steps:
        nearer, further = (step.sources, step.targets) if down else (step.targets, step.sources)
        pairs = zip(nearer, further, strict=True)
        hidden |= {far for near, far in pairs if near in shown and far not in shown}
    return len(hidden)
