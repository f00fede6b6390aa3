from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

from django.db import connection, models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils import timezone

from accesscontrol.policy.querysets import ByRole, GuardedQuerySet
from catalog.assets.models import Asset, Field
from lineage.graph import statements
from lineage.graph.edges import JOB, MANUAL, MODEL, VIEW, ColumnEdgeSpec, EdgeSpec

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)  # `valid_to` of what holds now
PRESENT = datetime(9999, 12, 30, tzinfo=UTC)  # as of this moment exactly the open edges hold
NO_LIMIT = 2**31 - 1
OPEN = Q(valid_to=FOREVER)
M = TypeVar("M", bound=models.Model, covariant=True)


class Kind(models.TextChoices):
    """Who says so: a job's run, a view's definition, a model's training, a person."""

    JOB = JOB, "Job"
    VIEW = VIEW, "View"
    MODEL = MODEL, "Model"
    MANUAL = MANUAL, "By hand"


class Step(NamedTuple):
    """One level of a walk, as parallel lists; data flows from `sources[i]` to `targets[i]`."""

    level: int
    sources: list[int]
    targets: list[int]
    jobs: list[int | None]
    truncated: bool


class SceneNode(NamedTuple):
    """A node of a picture: `hop` is its signed column, `way` how it was reached.

    b: the root; d and u: straight down or up from it; x: sideways, by opening a node.
    """

    asset: int
    hop: int
    way: str


class Degree(NamedTuple):
    asset: int
    up: int
    down: int


class HoldingQuerySet(GuardedQuerySet[M]):
    """Rows that hold from `valid_from` until `valid_to`."""

    def open(self) -> Self:
        return self.filter(OPEN)

    def at(self, moment: datetime | None) -> Self:
        """What held at `moment`; None asks for what holds now."""
        return self.open() if moment is None else self.filter(valid_to__gt=moment, valid_from__lte=moment)

    def close(self) -> int:
        """End what is open, locked in the order of ids so that writers queue up; return how many."""
        ids = self.open().order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)
        rows = self.model._default_manager.filter(pk__in=list(ids))
        return rows.update(valid_to=timezone.now())


class EdgeQuerySet(HoldingQuerySet["Edge"]):
    def draw(self, edges: Collection[EdgeSpec]) -> list[tuple[int, int]]:
        """Open the edges that are not open yet; return the (source, target) of these."""
        rows = _run(statements.DRAW, {**_columns(edges), "forever": FOREVER})
        return [(source, target) for source, target, is_new in rows if is_new]

    def walk(
        self, start: Sequence[int], *, down: bool, depth: int, most: int, at: datetime | None = None
    ) -> list[Step]:
        """Return every edge within `depth` steps of `start`, level by level, in one statement.

        At most `most` edges are followed; then the last step says `truncated`.
        """
        asked = {"start": list(start), "down": down, "depth": min(depth, NO_LIMIT), "most": most, "at": at}
        return [Step(*row) for row in _run(statements.WALK, asked)]

    def scene(
        self,
        root: int,
        *,
        up: int,
        down: int,
        opened: Collection[str],
        limits: Mapping[str, int],
        usual: int,
        most: int,
        removed: bool,
        at: datetime | None = None,
    ) -> list[SceneNode]:
        """Return the nodes of a picture around `root`, the nearest first, in one statement.

        `opened` and the keys of `limits` are "<id>d" or "<id>u"; each node shows `usual` neighbours
        of a side, or as many as `limits` says.
        """
        asked = {
            "root": root,
            "up": up,
            "down": down,
            "opened": list(opened),
            "limits": json.dumps(dict(limits)),
            "usual": usual,
            "most": most,
            "removed": removed,
            "at": at or PRESENT,
        }
        return [SceneNode(*row) for row in _run(statements.SCENE, asked)]

    def degrees(self, nodes: Sequence[int], *, removed: bool, at: datetime | None = None) -> list[Degree]:
        asked = {"nodes": list(nodes), "removed": removed, "at": at or PRESENT}
        return [Degree(*row) for row in _run(statements.DEGREES, asked)]

    def among(self, nodes: Collection[int]) -> Self:
        return self.filter(source__in=nodes, target__in=nodes)


class Edge(models.Model):
    """Data flows from `source` to `target`; `job` is the asset that moves it, if one is known.

    The open row of a pair has `valid_to` FOREVER; a closed one stays, for the question how it was.
    """

    source = models.ForeignKey(Asset, models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey(Asset, models.CASCADE, related_name="+", db_index=False)
    job = models.ForeignKey(Asset, models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(default=FOREVER)

    objects = EdgeQuerySet.as_manager()
    guard: ClassVar[ByRole] = ByRole()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["source", "target", "job", "kind"],
                condition=OPEN,
                nulls_distinct=False,
                name="edge_open_once",
            ),
            CheckConstraint(condition=~Q(source=F("target")), name="edge_is_no_loop"),
            CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="edge_ends_after_it_begins"),
        ]
        indexes = [
            Index(fields=["target", "source", "job", "kind"], condition=OPEN, name="edge_open_up"),
            Index(
                fields=["source", "valid_to"], include=["target", "job", "valid_from"], name="edge_asof_down"
            ),
            Index(
                fields=["target", "valid_to"], include=["source", "job", "valid_from"], name="edge_asof_up"
            ),
            Index(fields=["job", "source", "target"], condition=OPEN, name="edge_open_job"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"


class ColumnEdgeQuerySet(HoldingQuerySet["ColumnEdge"]):
    def draw(self, edges: Collection[ColumnEdgeSpec]) -> None:
        more = {
            name: [getattr(edge, name) for edge in edges] for name in ("transformation", "subtype", "masked")
        }
        _run(statements.DRAW_COLUMNS, {**_columns(edges), **more, "forever": FOREVER})


class ColumnEdge(models.Model):
    """Column `target` is made from column `source`; same life as an Edge."""

    source = models.ForeignKey(Field, models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey(Field, models.CASCADE, related_name="+", db_index=False)
    job = models.ForeignKey(Asset, models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    transformation = models.CharField(max_length=20, blank=True)  # DIRECT, INDIRECT; empty: unknown
    subtype = models.CharField(max_length=40, blank=True)  # IDENTITY, AGGREGATION, FILTER …
    masked = models.BooleanField(default=False)  # personal data ends here
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(default=FOREVER)

    objects = ColumnEdgeQuerySet.as_manager()
    guard: ClassVar[ByRole] = ByRole()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["source", "target", "job", "kind", "transformation", "subtype", "masked"],
                condition=OPEN,
                nulls_distinct=False,
                name="column_edge_open_once",
            ),
            CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="column_edge_ends_after_it_begins"
            ),
        ]
        indexes = [
            Index(fields=["target", "source"], condition=OPEN, name="column_edge_open_up"),
            Index(fields=["source", "valid_to"], include=["target"], name="column_edge_asof_down"),
            Index(fields=["target", "valid_to"], include=["source"], name="column_edge_asof_up"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"


def _columns(edges: Collection[EdgeSpec] | Collection[ColumnEdgeSpec]) -> dict[str, list[Any]]:
    now = timezone.now()
    return {
        "source": [edge.source for edge in edges],
        "target": [edge.target for edge in edges],
        "job": [edge.job for edge in edges],
        "kind": [edge.kind for edge in edges],
        "since": [min(edge.since or now, now) for edge in edges],
    }


def _run(statement: str, parameters: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []
