"""The hits of a search with what facets and ranking read of each: one statement, one pass over the index."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.search import SearchRank
from django.db.models import Case, CharField, F, FloatField, Value, When

from accesscontrol.identity.models import Clearance
from catalog.search.conditions import certified
from catalog.search.facets import NONE, REMOVED, Combination
from catalog.search.models import AssetDocumentQuerySet
from catalog.search.ranking import WEIGHTS, Standing

MOST = 2000  # hits that are counted and ranked: of more, those that are used most


class Hit(NamedTuple):
    """A row of the index, as far as it is counted and ranked."""

    asset: int
    kind: str
    status: str
    is_removed: bool
    path: list[str] | None
    path_names: list[str] | None
    source: UUID | None
    source_name: str | None
    owner: str | None
    team: str | None
    tags: list[str]
    tier: int | None
    certification: str
    sensitivity: int | None
    personal: bool
    title: str
    usage: int
    fresh_at: datetime | None
    updated_at: datetime
    rank: float

    def standing(self) -> Standing:
        given = (self.rank, self.title, self.usage, self.certification, self.tier)
        return Standing(*given, self.fresh_at, self.status, self.is_removed)

    def combination(self) -> Combination:
        """Its value of each facet, as it stands in the query string."""
        sensitivity = NONE if self.sensitivity is None else Clearance(self.sensitivity).label.lower()
        values: dict[str, str | tuple[str, ...]] = {
            "kind": self.kind,
            "domain": tuple(self.path or (NONE,)),
            "source": str(self.source or NONE),
            "owner": self.owner or NONE,
            "team": self.team or NONE,
            "tag": tuple(self.tags) or NONE,
            "tier": str(self.tier or NONE),
            "certification": self.certification or NONE,
            "status": REMOVED if self.is_removed else self.status,
            "sensitivity": sensitivity,
            "personal": "yes" if self.personal else "no",
        }
        labels = [("domain", *each) for each in zip(self.path or (), self.path_names or (), strict=True)]
        labels += [("source", str(self.source), self.source_name or "")] if self.source else []
        return Combination(values, {(name, value): label for name, value, label in labels}, 1)


COLUMNS = (
    *("asset_id", "kind", "status", "is_removed", "domain__path", "domain__path_names"),
    *("source__code", "source__name", "owner__username", "team__name", "tags", "tier", "certificate"),
    *("sensitivity", "has_personal_data", "title", "usage", "fresh_at", "updated_at", "rank"),
)


def hits(rows: AssetDocumentQuerySet, query: Any) -> list[Hit]:
    """Up to MOST hits and one more, those that are used most first."""
    certificate = Case(When(certified(), then="certification"), default=Value(""), output_field=CharField())
    rank = SearchRank(F("words"), query, weights=WEIGHTS) if query else Value(0.0, FloatField())
    ordered = rows.annotate(certificate=certificate, rank=rank).order_by("-level", "asset_id")
    return [Hit(*row) for row in ordered.values_list(*COLUMNS)[: MOST + 1]]
