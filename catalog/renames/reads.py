from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils import timezone

from accesscontrol.identity.models import User
from catalog.assets.models import Asset, AssetQuerySet, Field
from catalog.assets.services import EDITABLE, EDITABLE_OF_FIELD, OF_THE_END
from catalog.harvest.models import Harvest
from catalog.history.models import SchemaVersion
from catalog.renames.models import RenameProposal
from catalog.renames.pairs import Thing

BATCH = 5000
RECENTLY = timedelta(days=7)  # a server that is restored gives old ids to new things
Event = SchemaVersion.Event
BY_DEFAULT = {"status": Asset.Status.ACTIVE}  # what an attribute says of which nobody said anything


@dataclass(frozen=True)
class Taken:
    """What the new asset, or one of its fields, would take over: attribute -> value."""

    of: Asset | Field
    changes: dict[str, Any]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """As text: (attribute, value)."""
        return [(name, _text(self.of, name, value)) for name, value in self.changes.items()]


def decidable(reader: User) -> Any:
    """What waits for `reader`, who may change both assets."""
    return RenameProposal.objects.visible_to(reader, "change").waiting()


def may_be_renamed(harvest: Harvest) -> bool:
    """Whether there may be anything to propose after this harvest; cheap."""
    noticed = harvest.versions.exclude(event=Event.CHANGED)
    return noticed.exists() and Asset.objects.filter(_away(), source=harvest.source_id).exists()


def _away() -> Q:
    """Gone since lately."""
    return Q(removed_at__gt=timezone.now() - RECENTLY) | Q(removed_at=None, missed_at__isnull=False)


def assets_of(harvest: Harvest, *events: str) -> set[int]:
    """The keys of the assets to which this harvest saw one of these events happen."""
    rows = harvest.versions.filter(event__in=events)
    return set(rows.values_list("asset", flat=True))


def away_with_ids(source_id: int) -> list[Thing]:
    """Of a source, the assets that are away since lately, and have an id there."""
    found = _things(Asset.objects.filter(_away(), source=source_id))
    return [thing for thing in found if thing.stable_id]


def there_with_ids(source_id: int, ids: Collection[str]) -> list[Thing]:
    """Of a source, the assets that are there and have one of these ids."""
    wanted, found = sorted(ids), []
    there = Asset.objects.filter(source=source_id, removed_at=None, missed_at=None)
    for start in range(0, len(wanted), BATCH):
        found += _things(there.filter(facts__stable_id__in=wanted[start : start + BATCH]))
    return found


def things(pks: Iterable[int]) -> list[Thing]:
    """Assets with their columns."""
    keys = list(pks)
    columns: dict[int, set[tuple[str, str]]] = defaultdict(set)
    fields = Field.objects.present().filter(asset__in=keys).order_by()
    for asset, name, data_type in fields.values_list("asset", "name", "data_type"):
        columns[asset].add((name, data_type))
    return _things(Asset.objects.filter(pk__in=keys), columns)


def _things(rows: AssetQuerySet, columns: dict[int, set[tuple[str, str]]] | None = None) -> list[Thing]:
    said = rows.order_by().values_list("pk", "kind", KT("facts__database"), KT("facts__stable_id"))
    known = columns or {}
    return [
        Thing(pk, (kind, database or ""), stable_id or "", frozenset(known.get(pk, ())))
        for pk, kind, database, stable_id in said
    ]


def taken(old: Asset, new: Asset) -> list[Taken]:
    """What people said of the old asset and its fields, where they said nothing of the new one."""
    given = {"domain": new.source and new.source.domain, "location": new.source and new.source.location}
    held = new.fields.present().exists()
    untaken = {"has_personal_data"} if held else set()
    if old.replacement_id == new.pk:
        untaken |= {"status", *OF_THE_END}
    names = sorted(EDITABLE - untaken)
    own = Taken(new, _changes(old, new, names, given))
    theirs = {field.name: field for field in old.fields.all()}
    pairs = [(theirs[field.name], field) for field in new.fields.present() if field.name in theirs]
    marks = sorted(EDITABLE_OF_FIELD)
    of_fields = [Taken(field, _changes(was, field, marks, {})) for was, field in pairs]
    return [each for each in (own, *of_fields) if each.changes]


def _changes(
    old: Asset | Field, new: Asset | Field, names: Iterable[str], given: dict[str, Any]
) -> dict[str, Any]:
    """The attributes of which people said something only about `old`; `given` came from the source."""
    return {
        name: getattr(old, name)
        for name in names
        if getattr(old, name) != getattr(new, name)
        and _says(name, getattr(old, name))
        and not _says(name, getattr(new, name), given.get(name))
    }


def _says(name: str, value: Any, given: Any = None) -> bool:
    return bool(value) and value != BY_DEFAULT.get(name) and (given is None or value != given)


def _text(row: Asset | Field, name: str, value: Any) -> str:
    if isinstance(value, User):
        return value.label
    if isinstance(value, models.Model):
        return str(value.code) if isinstance(value, Asset) else str(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    choices = dict(row._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, "yes" if value is True else value))
