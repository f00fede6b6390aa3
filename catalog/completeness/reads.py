from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from django.db.models import (
    Avg,
    BooleanField,
    Case,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf, Round
from django.urls import reverse

from accesscontrol.identity.models import User
from catalog.assets.models import Asset, AssetQuerySet, Field
from catalog.completeness.weights import CRITERIA, Criterion
from catalog.properties.models import Property


@dataclass(frozen=True)
class Part:
    """One criterion of one asset; `share` is from 0 to 1."""

    criterion: Criterion
    share: float
    url: str


@dataclass(frozen=True)
class Completeness:
    """`score` is from 0 to 100; `missing` are the parts that are not whole, the heaviest first."""

    score: int
    parts: list[Part]

    @property
    def missing(self) -> list[Part]:
        found = [part for part in self.parts if part.share < 1]
        return sorted(found, key=lambda part: -part.criterion.weight * (1 - part.share))


def with_completeness(rows: AssetQuerySet) -> Any:
    """Each row knows its `completeness`, from 0 to 100, in the same query."""
    shares = _shares()
    whole = _sum(_weighed(shares[each.name], each.weight) for each in CRITERIA)
    asked = _sum(_counts(shares[each.name], each.weight) for each in CRITERIA)
    score = Round(Value(100.0) * whole / NullIf(asked, Value(0.0)))
    return rows.annotate(completeness=Coalesce(score, Value(0.0), output_field=IntegerField()))


def completeness(reader: User, asset: Asset) -> Completeness:
    """How complete an asset is that its reader sees, and what is missing: one query."""
    shares = {f"share_{name}": share for name, share in _shares().items()}
    row = with_completeness(Asset.objects.filter(pk=asset.pk)).annotate(**shares).values().get()
    parts = [
        Part(each, row[f"share_{each.name}"], reverse(each.page, args=[asset.code]))
        for each in CRITERIA
        if row[f"share_{each.name}"] is not None
    ]
    return Completeness(row["completeness"], parts)


def _shares() -> Mapping[str, Any]:
    """How much of each criterion a row has, from 0 to 1; NULL where it cannot be asked for."""
    return {
        "description": _whether(~Q(description="") | ~Q(harvested_description="")),
        "columns": _columns(),
        "owner": _whether(Q(owner__isnull=False)),
        "business_owner": _whether(Q(business_owner__isnull=False)),
        "steward": _whether(Q(acting_steward__isnull=False)),
        "domain": _whether(Q(domain__isnull=False)),
        "sensitivity": _whether(Q(sensitivity__isnull=False)),
        "tier": _whether(Q(tier__isnull=False)),
        "tags": _whether(~Q(all_tags=[])),
        "properties": _properties(),
    }


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(1.0)), default=Value(0.0), output_field=FloatField())


def _columns() -> Subquery:
    described = _whether(~Q(description="") | ~Q(harvested_description=""))
    rows = Field.objects.filter(asset=OuterRef("pk"), removed_at=None).order_by()
    return Subquery(rows.values("asset").annotate(share=Avg(described)).values("share"))


def _properties() -> Subquery:
    at = Func(F("kinds"), OuterRef("kind"), function="array_position", output_field=IntegerField())
    there = Func(OuterRef("properties"), F("name"), function="jsonb_exists", output_field=BooleanField())
    rows = Property.objects.filter(required=True).annotate(at=at).filter(Q(kinds=[]) | Q(at__isnull=False))
    share = Avg(Case(When(there, then=Value(1.0)), default=Value(0.0), output_field=FloatField()))
    return Subquery(rows.order_by().values("required").annotate(share=share).values("share"))


def _weighed(share: Any, weight: int) -> Any:
    return Value(float(weight)) * Coalesce(share, Value(0.0))


def _counts(share: Any, weight: int) -> Any:
    """The weight where the share can be asked for, else nothing."""
    return Value(float(weight)) * Coalesce(share * Value(0.0) + Value(1.0), Value(0.0))


def _sum(parts: Any) -> Any:
    return reduce(add, parts)
