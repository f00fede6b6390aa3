from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accesscontrol.audit.services import record
from catalog.assets.models import Asset
from catalog.editing.stale import Stale
from catalog.products.facts import AssetPortsChanged, ProductDeleted, ProductSaved
from catalog.products.models import TEXT, Product, ProductPort

EDITABLE = {*TEXT, "slug", "domain", "owner"}


@transaction.atomic
def save_product(
    *,
    actor: str,
    changes: Mapping[str, Any],
    product: Product | None = None,
    version: int | None = None,
) -> Product:
    """Add a product, or apply `changes` to `product`, and say what was before.

    `version` is the one that was looked at. Raises Stale, or ValidationError by attribute.
    """
    unknown = sorted(changes.keys() - EDITABLE)
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "This cannot be changed by hand."))
    row = _current(product, version)
    before = content(row) if product else None
    for name, value in changes.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    after = content(row)
    if before != after:
        row.clean_fields(exclude=["code"])
        row.validate_unique()
        row.version += before is not None
        row.save()
        _note(row, actor, before, after)
    return row


@transaction.atomic
def delete_product(*, product: Product, actor: str) -> None:
    """Remove the product; its assets stay, and each of them says so."""
    row = _current(product, None)
    for port in row.ports.select_related("asset"):
        remove_ports(asset=port.asset, direction=port.direction, products=[row], actor=actor)
    fact = ProductDeleted(subject=str(row.code), actor=actor, before=content(row))
    row.delete()
    record(fact)


@transaction.atomic
def add_ports(*, asset: Asset, direction: str, products: Collection[Product], actor: str) -> int:
    """Let the asset go into, or come out of, these products too; return how many are new."""
    before = _before(asset, direction)
    ProductPort.objects.bulk_create(
        ProductPort(asset=asset, direction=direction, product=row)
        for row in products
        if row.slug not in before
    )
    return _note_ports(asset, direction, actor, before)


@transaction.atomic
def remove_ports(*, asset: Asset, direction: str, products: Collection[Product], actor: str) -> int:
    """Take the asset out of these products; return in how many it was."""
    before = _before(asset, direction)
    ProductPort.objects.filter(asset=asset, direction=direction, product__in=products).delete()
    return _note_ports(asset, direction, actor, before)


@transaction.atomic
def copy_ports(*, old: Asset, new: Asset, actor: str) -> int:
    """Put `new` wherever `old` stands; return how many places are new."""
    number = 0
    for direction in ProductPort.Direction.values:
        products = list(Product.objects.filter(ports__asset=old, ports__direction=direction))
        number += add_ports(asset=new, direction=direction, products=products, actor=actor)
    return number


def _before(asset: Asset, direction: str) -> list[str]:
    """Where it stands, kept from others until the change is in the log."""
    if direction not in ProductPort.Direction.values:
        raise ValidationError({"direction": f"Known are {', '.join(ProductPort.Direction.values)}."})
    Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    return _slugs(asset, direction)


def _note_ports(asset: Asset, direction: str, actor: str, before: list[str]) -> int:
    after, key = _slugs(asset, direction), f"{direction} of"
    if before != after:
        both = {"before": {key: before}, "after": {key: after}}
        record(AssetPortsChanged(subject=str(asset.code), actor=actor, **both))
    return len(set(before) ^ set(after))


def _slugs(asset: Asset, direction: str) -> list[str]:
    rows = ProductPort.objects.filter(asset=asset, direction=direction)
    return list(rows.order_by("product__slug").values_list("product__slug", flat=True))


def _current(product: Product | None, version: int | None) -> Product:
    if product is None:
        return Product()
    rows = Product.objects.select_for_update(of=("self",)).select_related("domain", "owner")
    row = rows.get(pk=product.pk)
    if version is not None and version != row.version:
        raise Stale(row)
    return row


def _note(row: Product, actor: str, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    if before is not None:
        differing = [name for name in after if before[name] != after[name]]
        before = {name: before[name] for name in differing}
        after = {name: after[name] for name in differing}
    record(ProductSaved(subject=str(row.code), actor=actor, version=row.version, before=before, after=after))


def content(row: Product) -> dict[str, Any]:
    """What the log keeps of a product."""
    return {
        "slug": row.slug,
        **{name: str(getattr(row, name)) for name in TEXT},
        "domain": row.domain.slug if row.domain else None,
        "owner": row.owner.username if row.owner else None,
    }
