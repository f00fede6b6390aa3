"""Who uses an asset, and how, of what a reader may know.

A statement is for readers who may see every asset that it names: its text would tell of the others. One that
names what is no asset, or that could not be read, is for those who may see the sources. The names of the
source's users are people as often as not: they are for those who may see the sources, for the owner of the
asset and for the steward of its domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.usage.models import QueryAsset, QueryDay, QueryJoin, QueryKind, UsageFeed

DAYS = 30
MOST = 20


@dataclass(frozen=True)
class Day:
    """How many calls there were on a day (UTC)."""

    day: date
    calls: int


@dataclass(frozen=True)
class Query:
    """One kind of statement in the last 30 days; `mean_ms` is None where there was no run in them."""

    text: str
    verb: str
    writes: bool
    calls: int
    mean_ms: float | None
    last_seen: datetime | None


@dataclass(frozen=True)
class Person:
    """A user of the source; an empty name where the source does not tell."""

    name: str
    calls: int


@dataclass(frozen=True)
class JoinedWith:
    """An asset that is joined with this one: pairs of (this one's column, the other's)."""

    asset: Asset
    columns: list[tuple[str, str]]
    calls: int


@dataclass(frozen=True)
class Usage:
    """`users` is None for a reader who may not know them; `feed` tells how the source is read."""

    days: list[Day]
    queries: list[Query]
    users: list[Person] | None
    joins: list[JoinedWith]
    feed: UsageFeed | None

    @property
    def calls(self) -> int:
        """In all the days."""
        return sum(each.calls for each in self.days)


def usage_of(reader: User, asset: Asset) -> Usage:
    """What is known of an asset that `reader` sees already, in a fixed number of queries."""
    named = QueryAsset.objects.filter(asset=asset).values("query")
    kinds = QueryKind.objects.visible_to(reader).filter(pk__in=named)
    first = timezone.now().date() - timedelta(days=DAYS - 1)
    runs = QueryDay.objects.filter(query__in=kinds.values("pk"), day__gte=first)
    return Usage(
        days=days(runs, first),
        queries=queries(kinds, asset, first),
        users=users(runs) if may_know_users(reader, asset) else None,
        joins=joins(reader, kinds, asset, first),
        feed=UsageFeed.objects.filter(source=asset.source_id).first() if asset.source_id else None,
    )


def may_know_users(reader: User, asset: Asset) -> bool:
    """Whether the names of the source's users are for this reader."""
    return reader.has_perm("catalog.view_source") or reader.pk in {asset.owner_id, asset.acting_steward_id}


def days(runs: QuerySet[Any], first: date) -> list[Day]:
    """Every day of the last 30, the latest at the end."""
    known = dict(runs.values("day").annotate(number=Sum("calls")).values_list("day", "number").order_by())
    every = [first + timedelta(days=at) for at in range(DAYS)]
    return [Day(day, known.get(day, 0)) for day in every]


def queries(kinds: QuerySet[QueryKind], asset: Asset, first: date) -> list[Query]:
    """What ran most, in the order of its runs."""
    recent = Q(days__day__gte=first)
    rows = kinds.annotate(calls=Sum("days__calls", filter=recent), took=Sum("days__total_ms", filter=recent))
    rows = rows.exclude(calls=None, last_seen__isnull=False)  # what ran in earlier months only
    listed = list(rows.order_by(F("calls").desc(nulls_last=True), "pk")[:MOST])
    writing = QueryAsset.objects.filter(asset=asset, role=QueryAsset.Role.WRITE, query__in=listed)
    writes = set(writing.values_list("query", flat=True))
    return [query(row, row.pk in writes) for row in listed]


def query(row: Any, writes: bool) -> Query:
    calls = row.calls or 0
    return Query(row.text, row.verb, writes, calls, row.took / calls if calls else None, row.last_seen)


def users(runs: QuerySet[Any]) -> list[Person]:
    """Who ran most."""
    rows = runs.values("user_name").annotate(number=Sum("calls")).order_by("-number", "user_name")[:MOST]
    return [Person(row["user_name"], row["number"]) for row in rows]


def joins(reader: User, kinds: QuerySet[QueryKind], asset: Asset, first: date) -> list[JoinedWith]:
    """What it is joined with most, and by which columns."""
    rows = QueryJoin.objects.filter(Q(left=asset) | Q(right=asset), query__in=kinds.values("pk"))
    recent = Sum("query__days__calls", filter=Q(query__days__day__gte=first))
    found = rows.values("left", "right", "columns").annotate(number=recent).exclude(number=None)
    listed = list(found.order_by("-number", "left", "right", "columns")[:MOST])
    others = Asset.objects.visible_to(reader).in_bulk(other_ends(listed, asset))
    return [joined(row, asset, others) for row in listed if other_end(row, asset) in others]


def other_ends(rows: Iterable[Mapping[str, Any]], asset: Asset) -> list[int]:
    return [other_end(row, asset) for row in rows]


def other_end(row: Mapping[str, Any], asset: Asset) -> int:
    return int(row["right"] if row["left"] == asset.pk else row["left"])


def joined(row: Mapping[str, Any], asset: Asset, others: dict[int, Asset]) -> JoinedWith:
    ordered = row["columns"] if row["left"] == asset.pk else [pair[::-1] for pair in row["columns"]]
    pairs = [(str(own), str(theirs)) for own, theirs in ordered]
    return JoinedWith(others[other_end(row, asset)], pairs, row["number"])
