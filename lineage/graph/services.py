from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import Q

from accesscontrol.audit.services import record
from catalog.assets.models import Asset
from lineage.graph.edges import ColumnEdgeSpec, EdgeSpec
from lineage.graph.facts import EdgesClosed, EdgesDrawn
from lineage.graph.models import ColumnEdge, Edge

CODES_IN_A_FACT = 50


@transaction.atomic
def draw_edges(*, edges: Collection[EdgeSpec], actor: str) -> int:
    """Open the edges that are not open yet, and say so; return how many were new.

    Drawing an edge again changes nothing, except that it may begin earlier. Loops are left out.
    """
    drawn = Edge.objects.draw([edge for edge in edges if edge.source != edge.target])
    if drawn:
        codes = _codes(target for _, target in drawn)
        record(EdgesDrawn(subject=codes[0], actor=actor, count=len(drawn), targets=codes))
    return len(drawn)


@transaction.atomic
def draw_column_edges(*, edges: Collection[ColumnEdgeSpec], actor: str) -> None:
    """Open column edges that are not open yet. They come with edges, whose fact says that they came."""
    ColumnEdge.objects.draw(edges)


@transaction.atomic
def replace_edges(
    *,
    kind: str,
    targets: Collection[int],
    edges: Collection[EdgeSpec],
    columns: Collection[ColumnEdgeSpec] = (),
    actor: str,
) -> tuple[int, int]:
    """Make `edges` all there is of `kind` into the assets `targets`; return (drawn, closed).

    What is gone is closed, never deleted. `columns` likewise replace the column edges.
    """
    wanted = {(edge.source, edge.target) for edge in edges}
    gone = [
        (pk, target)
        for pk, source, target in Edge.objects.open()
        .filter(kind=kind, target__in=targets)
        .values_list("pk", "source", "target")
        if (source, target) not in wanted
    ]
    closed = close_edges(edges=[pk for pk, _ in gone], actor=actor)
    _replace_columns(kind=kind, targets=targets, columns=columns)
    return draw_edges(edges=edges, actor=actor), closed


@transaction.atomic
def close_edges(*, edges: Sequence[int], actor: str) -> int:
    """End the open edges of these ids, and say so; return how many there were."""
    rows = Edge.objects.filter(pk__in=edges)
    targets = list(rows.open().values_list("target", flat=True))
    closed = rows.close() if targets else 0
    if closed:
        codes = _codes(targets)
        record(EdgesClosed(subject=codes[0], actor=actor, count=closed, targets=codes))
    return closed


@transaction.atomic
def forget_edges(*, job: int, pairs: Collection[tuple[int, int]], actor: str) -> int:
    """Take back edges of a job that were drawn while only a part of its run was known.

    They never held, so they are deleted: a closed edge would say that they did.
    """
    condition = Q(pk__in=[])
    for source, target in pairs:
        condition |= Q(source=source, target=target)
    rows = Edge.objects.open().filter(condition, job=job, kind="job")
    targets = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("target", flat=True))
    if targets:
        rows.delete()
        codes = _codes(targets)
        record(EdgesClosed(subject=codes[0], actor=actor, count=len(targets), targets=codes))
    return len(targets)


def _replace_columns(*, kind: str, targets: Collection[int], columns: Collection[ColumnEdgeSpec]) -> None:
    wanted = {(edge.source, edge.target, edge.transformation, edge.subtype, edge.masked) for edge in columns}
    rows = ColumnEdge.objects.open().filter(kind=kind, target__asset__in=targets)
    said = rows.values_list("pk", "source", "target", "transformation", "subtype", "masked")
    gone = [pk for pk, *what in said if tuple(what) not in wanted]
    if gone:
        ColumnEdge.objects.filter(pk__in=gone).close()
    ColumnEdge.objects.draw(columns)


def _codes(assets: Iterable[int]) -> list[str]:
    """Return the codes of at most `CODES_IN_A_FACT` of the assets."""
    some = sorted(set(assets))[:CODES_IN_A_FACT]
    return [
        str(code) for code in Asset.objects.filter(pk__in=some).order_by("pk").values_list("code", flat=True)
    ]
