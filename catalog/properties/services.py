from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accesscontrol.audit.services import record
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from catalog.domains.people import PEOPLE
from catalog.editing.stale import Stale
from catalog.properties.facts import PropertyDeleted, PropertySaved
from catalog.properties.models import Property
from catalog.properties.values import Wrong, value_of

IN_USE = "Something has it: its name, its type and the choices in use stay."


@transaction.atomic
def save_property(
    *,
    actor: str,
    name: str,
    label: str,
    type: str,
    description: str = "",
    choices: Sequence[str] = (),
    kinds: Sequence[str] = (),
    required: bool = False,
    definition: Property | None = None,
    version: int | None = None,
) -> Property:
    """Define a property, or give `definition` this content. Raises Stale, or ValidationError by attribute."""
    row = Property.objects.select_for_update().get(pk=definition.pk) if definition else Property()
    if version is not None and definition and version != row.version:
        raise Stale(row)
    before = content(row) if definition else None
    row.name, row.label, row.type, row.description = name, label.strip(), type, description
    row.choices, row.kinds, row.required = list(choices), list(kinds), required
    if (row.type == Property.Type.CHOICE) != bool(row.choices):
        raise ValidationError({"choices": "A choice needs choices, and nothing else has them."})
    row.full_clean(exclude=["version"])
    if before == content(row):
        return row
    row.version += before is not None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError({"type": IN_USE}) from error
    record(PropertySaved(subject=str(row.code), actor=actor, before=before, after=content(row)))
    return row


@transaction.atomic
def delete_property(*, definition: Property, actor: str) -> None:
    """Forget a property that nothing has; raises Refused for another."""
    fact = PropertyDeleted(subject=str(definition.code), actor=actor, before=content(definition))
    try:
        with transaction.atomic():
            definition.delete()
    except IntegrityError as error:
        raise Refused("Something has it. Empty it there first.") from error
    record(fact)


def content(row: Property) -> dict[str, Any]:
    """What the log keeps of a definition."""
    names = ("name", "label", "type", "description", "choices", "kinds", "required")
    return {name: getattr(row, name) for name in names}


def values_for(asset: Asset, said: Any) -> dict[str, Any]:
    """What is said, as the asset keeps it; raises ValidationError under "properties".

    The definitions stay as they are until the end of the transaction.
    """
    if not isinstance(said, dict):
        raise ValidationError({"properties": "Write an object: a value for each name."})
    rows = Property.objects.of_kind(asset.kind).filter(name__in=list(map(str, said)))
    known = {row.name: row for row in rows.select_for_update(of=("self",), no_key=True)}
    kept, errors = {}, []
    for name, value in said.items():
        try:
            kept[name] = _value(known, name, value)
        except Wrong as error:
            errors.append(f"{known[name].label if name in known else name}: {error}")
    if errors:
        raise ValidationError({"properties": errors})
    return {name: value for name, value in sorted(kept.items()) if value is not None}


def _value(known: dict[str, Property], name: str, said: Any) -> Any:
    if name not in known:
        raise Wrong("there is no such property of this kind of asset.")
    row = known[name]
    value = value_of(row.type, said, row.choices)
    if row.type == Property.Type.PERSON and value and not PEOPLE.filter(username=value).exists():
        raise Wrong("there is nobody of this user name.")
    return value
