"""What the page of an asset shows of people working together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.domains import tree
from catalog.domains.models import Domain
from stewardship.announcements.models import Announcement
from stewardship.announcements.reads import banners
from stewardship.following.reads import is_followed


def announced(reader: User, asset: Asset) -> list[Announcement]:
    """What is announced now about the asset, and about the domains that it stands in."""
    return banners(
        reader=reader, about=[("asset", asset.code), *(("domain", code) for code in _domains(asset))]
    )


def _domains(asset: Asset) -> list[UUID]:
    """The codes of the asset's domain and of those above it."""
    if asset.domain_id is None:
        return []
    rows = {pk: (parent, code) for pk, parent, code in Domain.objects.values_list("pk", "parent", "code")}
    parents = {pk: parent for pk, (parent, _) in rows.items()}
    return [rows[pk][1] for pk in (asset.domain_id, *tree.above(parents, asset.domain_id))]


def button(reader: User, asset: Asset) -> dict[str, Any]:
    """The button to follow it."""
    followed = is_followed(reader=reader, kind="asset", code=asset.code)
    return {"kind": "asset", "code": asset.code, "is_followed": followed}
