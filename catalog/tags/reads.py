from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Func, Q, QuerySet, TextField

from accesscontrol.identity.models import User
from catalog.assets.models import Asset, Field
from catalog.tags.models import Classification, Tag, TagUse, TagUseQuerySet


@dataclass(frozen=True)
class Counted:
    """A tag, and on how many assets it, or one below it, is that the reader may see."""

    tag: Tag
    assets: int


@dataclass(frozen=True)
class Shelf:
    """A classification with its tags in their order."""

    classification: Classification
    tags: list[Counted]
    assets: int


def shelves(*, reader: User) -> list[Shelf]:
    """Every classification with its tags and the number of assets of each: three queries."""
    numbers = assets_by_path(reader=reader)
    tags: dict[int, list[Counted]] = {}
    for tag in Tag.objects.visible_to(reader).select_related("classification", "parent"):
        tags.setdefault(tag.classification_id, []).append(Counted(tag, numbers[tag.path]))
    rows = Classification.objects.visible_to(reader)
    return [Shelf(row, tags.get(row.pk, []), numbers[row.name]) for row in rows]


def assets_by_path(*, reader: User, paths: Iterable[str] | None = None) -> Counter[str]:
    """On how many assets that `reader` may see, or on fields of theirs, each tag or one below it is."""
    rows = Asset.objects.visible_to(reader).present().exclude(all_tags=[])
    if paths is not None:
        rows = rows.filter(all_tags__overlap=list(paths))
    path = Func(F("all_tags"), function="unnest", output_field=TextField(), set_returning=True)
    numbers = rows.order_by().annotate(borne=path).values_list("borne").annotate(number=Count("pk"))
    return Counter(dict(numbers))


def uses(*, reader: User, tag: Tag) -> TagUseQuerySet:
    """Where a tag, or one below it, is, of what `reader` may see."""
    rows = TagUse.objects.visible_to(reader).of_tags(tag.path).filter(asset__removed_at=None)
    rows = rows.select_related("asset__domain", "field", "tag", "by")
    return rows.order_by("asset__name", "asset", "field__position", "tag__path")


def choices(*, reader: User, borne: Iterable[str]) -> QuerySet[Tag, Any]:
    """The tags that may be put on a thing, and those that it bears already."""
    rows = Tag.objects.visible_to(reader).filter(Q(deprecated=False) | Q(path__in=list(borne)))
    return rows.select_related("classification")


def of_thing(reader: User, thing: Asset | Field) -> dict[str, list[Tag]]:
    """The tags of one thing, as its pages show them."""
    if not thing.tags:
        return {"tags": []}
    return {"tags": list(Tag.objects.visible_to(reader).filter(path__in=thing.tags))}
