from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.refusal import Refused
from catalog.assets.checks import checked_by_all
from catalog.assets.facts import AssetChanged, AssetsRegistered, FieldChanged
from catalog.assets.models import Asset, Field
from catalog.assets.names import JOB, AssetName
from catalog.editing.stale import Stale

EDITABLE = {
    "description",
    "status",
    "replacement",
    "retires_on",
    "owner",
    "business_owner",
    "steward",
    "team",
    "tier",
    "properties",
    "domain",
    "location",
    "sensitivity",
    "has_personal_data",
    "gdpr_category",
}
OF_THE_END = ("replacement", "retires_on")
EDITABLE_OF_FIELD = {
    "description",
    "required",
    "sensitive",
    "gdpr_sensitivity",
    "identity",
    "validation_rules",
}
NAMES_IN_A_FACT = 50


@transaction.atomic
def ensure_assets(*, wanted: Collection[AssetName], actor: str) -> dict[AssetName, Asset]:
    """Return the asset of each name, creating what is new to us; safe beside other writers."""
    known = _known(wanted)
    missing = [name for name in sorted(set(wanted)) if name.identity not in known]
    if missing:
        rows = [Asset(kind=n.kind, namespace=n.namespace, name=n.name) for n in missing]
        Asset.objects.bulk_create(rows, ignore_conflicts=True)
        known = _known(wanted)
        note_registered(assets=[known[name.identity] for name in missing], actor=actor)
    return {name: known[name.identity] for name in wanted}


def _known(wanted: Collection[AssetName]) -> dict[tuple[bool, str, str], Asset]:
    by_namespace: dict[str, set[str]] = {}
    for name in wanted:
        by_namespace.setdefault(name.namespace, set()).add(name.name)
    condition = Q(pk__in=[])
    for namespace, names in by_namespace.items():
        condition |= Q(namespace=namespace, name__in=names)
    found = Asset.objects.filter(condition)
    return {(asset.kind == JOB, asset.namespace, asset.name): asset for asset in found}


def note_registered(*, assets: Sequence[Asset], actor: str) -> None:
    """Say that `assets`, at least one, became known; within the caller's transaction."""
    record(
        AssetsRegistered(
            subject=str(assets[0].code),
            actor=actor,
            count=len(assets),
            names=[asset.name for asset in assets[:NAMES_IN_A_FACT]],
        )
    )


@transaction.atomic
def register_asset(
    *,
    actor: str,
    kind: str,
    namespace: str,
    name: str,
    fields: Sequence[Mapping[str, Any]] = (),
    **attributes: Any,
) -> Asset:
    """Add one asset and its fields by hand.

    `attributes` are those of EDITABLE; each of `fields` holds attributes of Field, at least `name`.
    Raises ValidationError by attribute, `fields` as a list; Refused when the name is taken.
    """
    asset = Asset(kind=kind, namespace=namespace, name=name, **attributes)
    asset.field_names = " ".join(str(field.get("name", "")) for field in fields)
    asset.clean_fields(exclude=["code"])
    for name, value in checked_by_all(asset, attributes).items():
        setattr(asset, name, value)
    _check_end(asset, attributes)
    columns = [Field(**{**field, "asset": asset, "position": at}) for at, field in enumerate(fields, start=1)]
    _check_columns(columns)
    if not _insert(asset):
        raise Refused("There is an asset of this namespace and name already.")
    if Field.objects.bulk_create(columns):
        _touch(asset)
        asset.refresh_from_db(fields=["has_personal_data", "updated_at"])
    note_registered(assets=[asset], actor=actor)
    return asset


def _insert(asset: Asset) -> bool:
    """Return whether the name was free; without breaking the transaction where it was not."""
    Asset.objects.bulk_create([asset], ignore_conflicts=True)
    asset.pk = Asset.objects.filter(code=asset.code).values_list("pk", flat=True).first()
    return asset.pk is not None


def _check_columns(columns: Sequence[Field]) -> None:
    seen: set[str] = set()
    for at, column in enumerate(columns):
        try:
            column.clean_fields(exclude=["asset", "code"])
        except ValidationError as error:
            raise ValidationError({"fields": f"{at}: {'; '.join(error.messages)}"}) from error
        if column.name in seen:
            raise ValidationError({"fields": f"{at}: there are two of the name {column.name}."})
        seen.add(column.name)


@transaction.atomic
def change_asset(*, asset: Asset, actor: str, changes: dict[str, Any], version: int | None = None) -> Asset:
    """Apply what a person changed, and say what was before.

    `version` is the one that the person looked at. Raises Stale, or ValidationError by attribute.
    """
    _refuse_unknown(changes, EDITABLE)
    current = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    if "has_personal_data" in changes and current.fields.present().exists():
        raise ValidationError({"has_personal_data": "This follows its fields: mark those."})
    changes = checked_by_all(current, _back_in_use(current, changes))
    _check_end(current, changes)
    before = _apply(current, changes, version)
    if before:
        current.save(update_fields=[*before, "version", "updated_at"])
        current.refresh_from_db(fields=["acting_steward"])
        after = {key: _plain(getattr(current, key)) for key in before}
        record(AssetChanged(subject=str(current.code), actor=actor, before=before, after=after))
    return current


@transaction.atomic
def change_field(*, field: Field, actor: str, changes: dict[str, Any], version: int | None = None) -> Field:
    """Apply what a person changed about one field, and say what was before; raises as `change_asset`."""
    _refuse_unknown(changes, EDITABLE_OF_FIELD)
    current = Field.objects.select_for_update(of=("self",)).select_related("asset").get(pk=field.pk)
    before = _apply(current, changes, version)
    if before:
        current.save(update_fields=[*before, "version"])
        _touch(current.asset)
        subject, after = str(current.asset.code), {key: changes[key] for key in before}
        record(FieldChanged(subject=subject, actor=actor, field=current.name, before=before, after=after))
    return current


def _back_in_use(asset: Asset, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes, and what ends where an asset is in use again."""
    if changes.get("status", asset.status) != Asset.Status.ACTIVE:
        return changes
    return {**dict.fromkeys(OF_THE_END), **changes}


def _check_end(asset: Asset, changes: Mapping[str, Any]) -> None:
    """Only what is no longer to be used has a replacement or a last day."""
    in_use = changes.get("status", asset.status) == Asset.Status.ACTIVE
    wrong = [key for key in OF_THE_END if changes.get(key) and in_use]
    if wrong:
        raise ValidationError(dict.fromkeys(wrong, "Only what is deprecated or archived has one."))
    if changes.get("replacement") == asset:
        raise ValidationError({"replacement": "Choose another one: nothing replaces itself."})


def _refuse_unknown(changes: Mapping[str, Any], editable: set[str]) -> None:
    unknown = sorted(changes.keys() - editable)
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "This cannot be changed by hand."))


def _apply(row: Asset | Field, changes: Mapping[str, Any], version: int | None) -> dict[str, Any]:
    """Put the changes on the row, and return what was before of those that differ."""
    if version is not None and version != row.version:
        raise Stale(row)
    before = {key: _plain(getattr(row, key)) for key in changes}
    for key, value in changes.items():
        setattr(row, key, value)
    different = {key: was for key, was in before.items() if was != _plain(changes[key])}
    row.clean_fields(exclude=_others(row, different))
    row.version += bool(different)
    return different


def _others(row: models.Model, kept: Collection[str]) -> set[str]:
    return {field.name for field in row._meta.fields} - set(kept)


def _touch(asset: Asset) -> None:
    """Something about one of its fields changed: what it holds, and when it changed, follow."""
    personal = asset.fields.present().personal().exists()
    Asset.objects.filter(pk=asset.pk).update(has_personal_data=personal, updated_at=timezone.now())


def _plain(value: Any) -> Any:
    """A value as the log keeps it; an asset by its code, as its name may be hidden from who reads."""
    if isinstance(value, Asset):
        return str(value.code)
    if isinstance(value, models.Model):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
