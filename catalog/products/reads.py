from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.assets.reads import Act, act_of
from catalog.domains.reads import with_below
from catalog.products.models import Product, ProductPort

PER_PAGE = 50
MOST_PORTS = 200


@dataclass(frozen=True)
class Ports:
    """What the reader may see of what goes in and comes out."""

    inputs: list[Asset]
    outputs: list[Asset]


def listing(*, reader: User, typed: str, status: str, domain: str, number: Any) -> Page[Product]:
    rows = Product.objects.visible_to(reader).for_list()
    for word in typed.replace("\0", " ").split()[:20]:
        rows = rows.filter(Q(name__icontains=word) | Q(description__icontains=word))
    if status:
        rows = rows.filter(status=status)
    if domain:
        rows = rows.filter(domain__in=with_below(reader=reader, slugs=[domain]))
    return Paginator(rows, PER_PAGE).get_page(number)


def ports(reader: User, product: Product) -> Ports:
    seen = Asset.objects.visible_to(reader).present()
    rows = ProductPort.objects.filter(product=product, asset__in=seen.order_by().values("pk"))
    pairs = list(rows.order_by("asset__name").values_list("direction", "asset")[:MOST_PORTS])
    assets = Asset.objects.visible_to(reader).for_list().in_bulk([pk for _, pk in pairs])
    found: dict[str, list[Asset]] = {"input": [], "output": []}
    for direction, pk in pairs:
        found[direction].append(assets[pk])
    return Ports(found["input"], found["output"])


def of_asset(reader: User, asset: Asset) -> list[ProductPort]:
    """Where an asset that its reader sees already goes in and comes out."""
    rows = ProductPort.objects.filter(asset=asset, product__in=Product.objects.visible_to(reader))
    return list(rows.select_related("product").order_by("direction", "product__name"))


def history(product: Product, number: Any) -> tuple[Page[Entry], list[Act]]:
    page = Paginator(Entry.objects.about("product", str(product.code)), PER_PAGE).get_page(number)
    return page, [act_of(entry) for entry in page]
