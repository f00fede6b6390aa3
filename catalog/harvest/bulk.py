"""Assets, fields and keys written in sets: the number of statements does not grow with a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from catalog.assets.models import Asset, Field, ForeignKey
from catalog.harvest.compare import Wanted, WantedKey
from catalog.sources.models import Source

BATCH = 1000
OF_ASSET = (
    "kind",
    "harvested_description",
    "facts",
    "row_estimate",
    "size_bytes",
    "fingerprint",
    "field_names",
    "parent",
    "source",
    "domain",
    "location",
    "removed_at",
    "updated_at",
)
COMPARED = (
    "code",
    "name",
    "fingerprint",
    "row_estimate",
    "size_bytes",
    "removed_at",
    "source",
    "domain",
    "location",
)
OF_FIELD = (
    "data_type",
    "position",
    "nullable",
    "default",
    "harvested_description",
    "is_key",
    "removed_at",
)


@dataclass
class Outcome:
    """What came of one database. `pks` are the assets that the source has, by their names."""

    pks: dict[str, int] = field(default_factory=dict)
    created: list[Asset] = field(default_factory=list)
    changed: int = 0
    returned: int = 0
    removed: int = 0


def lock(name: str) -> None:
    """Wait until nobody else writes under this name; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


class Writer:
    """Brings one database of a source into the catalog, level by level."""

    def __init__(self, source: Source, namespace: str, now: datetime) -> None:
        self.source = source
        self.namespace = namespace
        self.now = now
        self.outcome = Outcome()

    def write(self, level: Sequence[Wanted]) -> None:
        """Assets of one level, whose parents are written already."""
        wanted = {each.name: each for each in level}
        stored = self._stored(wanted)
        inserted = self._insert([each for each in level if each.name not in stored])
        fresh = self._stored(wanted.keys() - stored.keys())
        created = [asset for asset in fresh.values() if asset.code in inserted]
        overtaken = [asset for asset in fresh.values() if asset.code not in inserted]
        present = [*stored.values(), *fresh.values()]
        self.outcome.created += created
        self.outcome.pks |= {asset.name: asset.pk for asset in present}
        touched = created + self._update([*stored.values(), *overtaken], wanted)
        write_fields(touched, wanted, self.now)
        write_keys(touched, wanted, self.outcome.pks)
        Asset.objects.filter(pk__in=[asset.pk for asset in present]).update(seen_at=self.now)

    def _stored(self, names: Iterable[str]) -> dict[str, Asset]:
        rows = Asset.objects.filter(namespace=self.namespace, name__in=list(names))
        return {asset.name: asset for asset in rows.exclude(kind=Asset.Kind.JOB).only(*COMPARED)}

    def _insert(self, level: Sequence[Wanted]) -> set[UUID]:
        """Return the codes of the new rows; a row that somebody else just wrote is not among the stored."""
        rows = [self._filled(Asset(namespace=self.namespace, name=each.name), each) for each in level]
        Asset.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
        return {asset.code for asset in rows}

    def _filled(self, asset: Asset, wanted: Wanted) -> Asset:
        """What the source decides; what people decide is only given to what nobody harvested before."""
        if asset.source_id is None:
            asset.source = self.source
            asset.domain_id = asset.domain_id or self.source.domain_id
            asset.location = asset.location or self.source.location
        asset.kind = wanted.kind
        asset.harvested_description = wanted.comment
        asset.facts = wanted.facts
        asset.row_estimate, asset.size_bytes = wanted.row_estimate, wanted.size_bytes
        asset.fingerprint = wanted.fingerprint
        asset.field_names = " ".join(each.name for each in wanted.fields)
        asset.parent_id = self.outcome.pks.get(wanted.parent) if wanted.parent else None
        asset.removed_at, asset.updated_at = None, self.now
        return asset

    def _update(self, stored: Sequence[Asset], wanted: dict[str, Wanted]) -> list[Asset]:
        """Return those whose fields and keys must be looked at."""
        changed = [asset for asset in stored if differs(asset, wanted[asset.name])]
        same = [asset for asset in stored if not differs(asset, wanted[asset.name])]
        back = [asset for asset in stored if asset.removed_at]
        self.outcome.returned += len(back)
        self.outcome.changed += sum(1 for asset in changed if not asset.removed_at)
        if back:
            Asset.objects.filter(pk__in=[asset.pk for asset in back]).update(
                removed_at=None, updated_at=self.now
            )
        self._estimate(same, wanted)
        Asset.objects.bulk_update(
            [self._filled(asset, wanted[asset.name]) for asset in changed], OF_ASSET, batch_size=BATCH
        )
        return changed

    def _estimate(self, same: Sequence[Asset], wanted: dict[str, Wanted]) -> None:
        """Sizes move without anything having changed."""
        moved = []
        for asset in same:
            now = (wanted[asset.name].row_estimate, wanted[asset.name].size_bytes)
            if (asset.row_estimate, asset.size_bytes) != now:
                asset.row_estimate, asset.size_bytes = now
                moved.append(asset)
        Asset.objects.bulk_update(moved, ["row_estimate", "size_bytes"], batch_size=BATCH)


def differs(asset: Asset, wanted: Wanted) -> bool:
    """Whether there is something to write; what was only half readable does not wipe out the other half."""
    half_read = wanted.partial and asset.fingerprint and not asset.removed_at
    return asset.fingerprint != wanted.fingerprint and not half_read


def write_fields(assets: Sequence[Asset], wanted: dict[str, Wanted], now: datetime) -> None:
    """Add, change and mark as removed; what people said about a field stays."""
    stored: dict[int, dict[str, Field]] = {asset.pk: {} for asset in assets}
    for column in Field.objects.filter(asset__in=list(stored)):
        stored[column.asset_id][column.name] = column
    new, changed = [], []
    for asset in assets:
        for each in wanted[asset.name].fields:
            known = stored[asset.pk].pop(each.name, None)
            values = {**asdict(each), "removed_at": None}
            if known is None:
                new.append(Field(asset_id=asset.pk, required=not each.nullable, **values))
            elif put(known, values):
                changed.append(known)
    gone = [column for columns in stored.values() for column in columns.values() if not column.removed_at]
    Field.objects.bulk_create(new, batch_size=BATCH)
    Field.objects.bulk_update(changed, OF_FIELD, batch_size=BATCH)
    Field.objects.filter(pk__in=[column.pk for column in gone]).update(removed_at=now)
    affected = {column.asset_id for column in [*gone, *changed] if column.is_personal}
    if affected:
        follow_personal_fields(affected)


def follow_personal_fields(assets: Iterable[int]) -> None:
    """A personal field went or came back: its asset holds personal data accordingly."""
    personal = Field.objects.present().personal().filter(asset=OuterRef("pk"))
    Asset.objects.filter(pk__in=list(assets)).update(has_personal_data=Exists(personal))


def write_keys(assets: Sequence[Asset], wanted: dict[str, Wanted], pks: dict[str, int]) -> None:
    """Foreign keys are what the source says, no more and no less."""
    stored = {(key.asset_id, key.name): key for key in ForeignKey.objects.filter(asset__in=assets)}
    new, changed = [], []
    for asset in assets:
        for each in wanted[asset.name].keys:
            key = stored.pop((asset.pk, each.name), None)
            if key is None:
                new.append(ForeignKey(asset_id=asset.pk, name=each.name, **reference(each, pks)))
            elif put(key, reference(each, pks)):
                changed.append(key)
    ForeignKey.objects.filter(pk__in=[key.pk for key in stored.values()]).delete()
    ForeignKey.objects.bulk_create(new, batch_size=BATCH)
    ForeignKey.objects.bulk_update(changed, ["target", "columns", "target_columns"], batch_size=BATCH)


def reference(key: WantedKey, pks: dict[str, int]) -> dict[str, Any]:
    return {"target_id": pks[key.target], "columns": key.columns, "target_columns": key.target_columns}


def put(row: Field | ForeignKey, values: dict[str, Any]) -> bool:
    """Set the values; return whether one of them is new."""
    different = {key: value for key, value in values.items() if getattr(row, key) != value}
    for key, value in different.items():
        setattr(row, key, value)
    return bool(different)
