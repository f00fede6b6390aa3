"""What the page of an asset shows of data products."""

from __future__ import annotations

from dataclasses import dataclass

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.assets.slots import Slot, add_slot
from catalog.products.models import ProductPort
from catalog.products.reads import of_asset


@dataclass(frozen=True)
class Part:
    asset: Asset
    ports: list[ProductPort]
    may_change: bool
    may_propose: bool


def told(reader: User, asset: Asset) -> Part | None:
    if not reader.has_perm("catalog.view_product"):
        return None
    return Part(
        asset,
        of_asset(reader, asset),
        reader.has_perm("catalog.change_product"),
        reader.has_perm("stewardship.add_proposal"),
    )


def register() -> None:
    add_slot(Slot("aside", "catalog/parts/asset_products.html", told, 35))
