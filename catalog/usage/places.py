"""Which asset of a source a statement means by a table's name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Lower

from catalog.assets.models import Asset
from catalog.sources.models import Source
from catalog.usage.parsing import Name

DEFAULT_SCHEMAS = ("public", "main", "dbo", "default")  # meant where a statement names none
TABLES = (Asset.Kind.TABLE, Asset.Kind.VIEW, Asset.Kind.FILE)


@dataclass(frozen=True)
class Place:
    """Where an asset stands in its source."""

    asset: int
    database: str
    schema: str
    table: str


class Places:
    """The tables of one source that `names` can mean; also those that are gone: their names stay secret."""

    def __init__(self, source: Source, names: Iterable[Name]) -> None:
        self.by_table: dict[str, list[Place]] = defaultdict(list)
        spelled = {name.table for name in names}
        title = KT("facts__title")
        rows = Asset.objects.of_kinds(*TABLES).filter(source=source).alias(told=title, small=Lower(title))
        meant = rows.filter(Q(told__in=spelled) | Q(small__in={each.lower() for each in spelled}))
        columns = ("pk", "facts__database", "facts__schema", "facts__title")
        for row in meant.order_by("removed_at").values_list(*columns):
            place = Place(row[0], *(each or "" for each in row[1:]))
            self.by_table[place.table.casefold()].append(place)

    def find(self, name: Name, database: str) -> int | None:
        """The asset's pk, where only one can be meant; `database` is the one that the statement ran in."""
        near = [each for each in self.by_table.get(name.table.casefold(), ()) if fits(each, name, database)]
        exact = [each for each in near if each.table == name.table] or near
        if not name.schema:
            usual = [each for each in exact if each.schema in DEFAULT_SCHEMAS]
            exact = usual or exact
        places = {(each.database, each.schema, each.table): each.asset for each in reversed(exact)}
        return next(iter(places.values())) if len(places) == 1 else None


def fits(place: Place, name: Name, database: str) -> bool:
    """Whether the name can mean this place; an engine without schemas writes the database in their stead."""
    if name.schema and not place.schema:
        return same(name.schema, place.database)
    if name.schema and not same(name.schema, place.schema):
        return False
    wanted = name.database or database
    return not wanted or same(wanted, place.database)


def same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
