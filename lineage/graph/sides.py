"""What stands right beside an asset, and which assets have the most beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from lineage.graph.cards import cards
from lineage.graph.models import ColumnEdge, Degree, Edge
from lineage.graph.picture import Card, Link

MOST_FOLLOWED = 20_000  # edges of one asset that are looked at
MOST_LISTED = 100  # neighbours of a side
MOST_COLUMNS = 300
TOP = 50

Spot = tuple[int, bool]  # a neighbour, and whether it stands upstream


@dataclass
class Beside:
    """A direct neighbour; `columns` are (from, to, how).

    `card` is None where policies hide it, and then no kind of link is told: a view or a model has its own.
    """

    card: Card | None
    jobs: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    columns: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Sides:
    """What flows straight into an asset and straight out of it; the counts include what is not listed."""

    up: list[Beside]
    down: list[Beside]
    up_count: int
    down_count: int


def beside(*, reader: User, asset: Asset) -> Sides:
    """Return the direct neighbours of `asset` on both sides, with jobs and columns where they may be seen."""
    links = _links_by_spot(asset)
    spots = {side: [spot for spot in links if spot[1] is side] for side in (True, False)}
    listed = [*spots[True][:MOST_LISTED], *spots[False][:MOST_LISTED]]
    jobs = {link.job for spot in listed for link in links[spot] if link.job is not None}
    known = cards(reader=reader, rows={row for row, _ in listed} | jobs)
    columns = _columns(asset, [row for row, _ in listed if row in known])
    found = {spot: _beside(spot, links[spot], known, columns) for spot in listed}
    return Sides(
        up=[found[spot] for spot in spots[True][:MOST_LISTED]],
        down=[found[spot] for spot in spots[False][:MOST_LISTED]],
        up_count=len(spots[True]),
        down_count=len(spots[False]),
    )


def _links_by_spot(asset: Asset) -> dict[Spot, list[Link]]:
    touching = Q(source=asset) | Q(target=asset) | Q(job=asset)
    edges = Edge.objects.open().filter(touching).order_by("pk")
    found: dict[Spot, list[Link]] = defaultdict(list)
    for row in edges.values_list("source_id", "target_id", "job_id", "kind")[:MOST_FOLLOWED]:
        link = Link(*row)
        for spot in _spots(link, asset.pk):
            found[spot].append(link)
    return found


def _spots(link: Link, row: int) -> list[Spot]:
    """Return who stands beside `row` by this link; a job stands between both of its ends."""
    spots = [(link.source, True), (link.target, False)]
    if link.job != row:
        spots = spots[:1] if link.target == row else spots[1:]
    return [spot for spot in spots if spot[0] != row]


def _beside(
    spot: Spot,
    links: Iterable[Link],
    known: Mapping[int, Card],
    columns: Mapping[Spot, list[tuple[str, str, str]]],
) -> Beside:
    jobs = {link.job for link in links if link.job not in (None, link.source, link.target)}
    return Beside(
        card=known.get(spot[0]),
        jobs=sorted(known[job].name for job in jobs if job in known),
        kinds=sorted({link.kind for link in links}) if spot[0] in known else [],
        columns=columns.get(spot, []),
    )


def _columns(asset: Asset, others: Collection[int]) -> dict[Spot, list[tuple[str, str, str]]]:
    rows = ColumnEdge.objects.open().filter(
        Q(source__asset=asset, target__asset__in=others) | Q(target__asset=asset, source__asset__in=others)
    )
    found: dict[Spot, list[tuple[str, str, str]]] = defaultdict(list)
    said = rows.order_by("target__position", "source__name", "pk").values_list(
        "source__asset",
        "target__asset",
        "source__name",
        "target__name",
        "transformation",
        "subtype",
        "masked",
    )
    for source, target, source_name, target_name, how, subtype, masked in said[:MOST_COLUMNS]:
        is_up = target == asset.pk
        words = [subtype or how, "masked" if masked else ""]
        line = (source_name, target_name, ", ".join(word.lower() for word in words if word))
        found[(source if is_up else target, is_up)].append(line)
    return found


@dataclass(frozen=True)
class Connected:
    card: Card
    up: int
    down: int


def most_connected(*, reader: User, most: int = 12) -> list[Connected]:
    """Return the assets with the most neighbours among those that `reader` may see."""
    seen = Asset.objects.visible_to(reader).present().order_by().values("pk")
    rows = {*_top("source", seen), *_top("target", seen)}
    return _ranked(reader, rows)[:most]


def found_by_name(*, reader: User, text: str, most: int = 30) -> list[Connected]:
    """Return the assets whose name holds `text`, those with the most neighbours first."""
    seen = Asset.objects.visible_to(reader).present().filter(name__icontains=text)
    return _ranked(reader, seen.order_by("name").values_list("pk", flat=True)[: most * 4])[:most]


def _top(side: str, seen: QuerySet[Asset, Any]) -> Iterable[int]:
    edges = Edge.objects.open().filter(**{f"{side}__in": seen}).order_by()
    return edges.values_list(side, flat=True).annotate(links=Count("pk")).order_by("-links", side)[:TOP]


def _ranked(reader: User, rows: Iterable[int]) -> list[Connected]:
    degrees = {degree.asset: degree for degree in Edge.objects.degrees(list(rows), removed=False)}
    known = cards(reader=reader, rows=degrees)
    ranked = sorted(known, key=lambda row: (-_links(degrees[row]), known[row].name))
    return [Connected(known[row], degrees[row].up, degrees[row].down) for row in ranked]


def _links(degree: Degree) -> int:
    return degree.up + degree.down


def count_edges(*, reader: User) -> int:
    """Return how many links there are between assets that `reader` may see."""
    seen = Asset.objects.visible_to(reader).order_by().values("pk")
    return Edge.objects.open().filter(source__in=seen, target__in=seen).count()


def stage_of(*, reader: User, job: Asset) -> Asset | None:
    """Return an asset in whose picture the job stands: the first that it writes, or else reads."""
    edges = Edge.objects.open().filter(job=job).order_by("pk")
    seen = Asset.objects.visible_to(reader).exclude(pk=job.pk)
    for side in ("target", "source"):
        found = seen.filter(pk__in=edges.values(side)).order_by("name").first()
        if found is not None:
            return found
    return None
