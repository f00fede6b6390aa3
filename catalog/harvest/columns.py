"""Fields and keys of assets written in sets, for harvests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from catalog.assets.copying import copy_in
from catalog.assets.documented import DOCUMENTED
from catalog.assets.models import Asset, Field, ForeignKey
from catalog.harvest import guests
from catalog.harvest.compare import Wanted, WantedKey, row_of

BATCH = 1000
OF_FIELD = (
    "data_type",
    "position",
    "nullable",
    "default",
    "harvested_description",
    "is_key",
    "removed_at",
)


def write_fields(
    assets: Sequence[Asset], wanted: dict[str, Wanted], now: datetime, added: Collection[int]
) -> None:
    """Add, change and mark as removed; what people said about a field stays. `added` have none yet."""
    stored: dict[int, dict[str, Field]] = {asset.pk: {} for asset in assets}
    for column in Field.objects.filter(asset__in=[pk for pk in stored if pk not in added]):
        stored[column.asset_id][column.name] = column
    new: list[dict[str, Any]] = []
    changed: list[Field] = []
    for asset in assets:
        documented = guests.columns(asset.facts.get(DOCUMENTED))
        for each in wanted[asset.name].fields:
            known = stored[asset.pk].pop(each.name, None)
            values = {**row_of(each), "removed_at": None}
            values["harvested_description"] = each.harvested_description or documented.get(each.name, "")
            if known is None:
                new.append({"asset_id": asset.pk, "required": not each.nullable, **values})
            elif put(known, values):
                changed.append(known)
    gone = [column for columns in stored.values() for column in columns.values() if not column.removed_at]
    copy_in(Field, new)
    Field.objects.bulk_update(changed, OF_FIELD, batch_size=BATCH)
    Field.objects.filter(pk__in=[column.pk for column in gone]).update(removed_at=now)
    affected = {column.asset_id for column in [*gone, *changed] if column.is_personal}
    if affected:
        follow_personal_fields(affected)


def follow_personal_fields(assets: Iterable[int]) -> None:
    """A personal field went or came back: its asset holds personal data accordingly."""
    personal = Field.objects.present().personal().filter(asset=OuterRef("pk"))
    Asset.objects.filter(pk__in=list(assets)).update(has_personal_data=Exists(personal))


def write_keys(
    assets: Sequence[Asset], wanted: dict[str, Wanted], pks: dict[str, int], added: Collection[int]
) -> None:
    """Foreign keys are what the source says, no more and no less. `added` have none yet."""
    known = ForeignKey.objects.filter(asset__in=[asset.pk for asset in assets if asset.pk not in added])
    stored = {(key.asset_id, key.name): key for key in known}
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
