"""What the page of an asset, and the drawer of a field, show of terms."""

from __future__ import annotations

from dataclasses import dataclass

from accesscontrol.identity.models import User
from catalog.assets.models import Asset, Field
from catalog.assets.reads import may_change
from catalog.assets.slots import Slot, add_slot
from catalog.glossary.models import TermLink
from catalog.glossary.reads import terms_of


@dataclass(frozen=True)
class Part:
    asset: Asset
    links: list[TermLink]
    may_change: bool
    may_propose: bool


def of_asset(reader: User, asset: Asset) -> Part | None:
    if not reader.has_perm("catalog.view_term"):
        return None
    return Part(
        asset,
        terms_of(reader, asset),
        may_change(reader, asset),
        reader.has_perm("stewardship.add_proposal"),
    )


def of_field(reader: User, field: Field) -> Part | None:
    """The terms of one column, to be read."""
    if not reader.has_perm("catalog.view_term"):
        return None
    links = [link for link in terms_of(reader, field.asset) if link.field_id == field.pk]
    return Part(field.asset, links, may_change=False, may_propose=False) if links else None


def register() -> None:
    add_slot(Slot("aside", "catalog/parts/asset_terms.html", of_asset, 30))
    add_slot(Slot("drawer", "catalog/parts/asset_terms.html", of_field, 30))
