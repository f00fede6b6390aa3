"""What a reader may know of assets: one query for all of them, policies applied."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models.fields.json import KT
from django.urls import reverse

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.assets.reads import discoverable
from lineage.graph.badges import badges
from lineage.graph.picture import Card, Known

FACTS = ("title", "database", "schema")  # the rest of an asset's facts may be long: SQL of views
NOBODY = UUID(int=0)  # stands in an address where a code will be
VALUES = ("pk", "code", "kind", "namespace", "name", "status", "removed_at", "domain__name")


def cards(*, reader: User, rows: Collection[int]) -> dict[int, Card]:
    """Return a card for each of the assets (by id) that `reader` may see; the others are left out."""
    facts = {f"said_{key}": KT(f"facts__{key}") for key in FACTS}
    seen = Asset.objects.visible_to(reader).filter(pk__in=rows).order_by()
    values = list(seen.values(*VALUES, **facts))
    states = badges([row["code"] for row in values])
    writer = _Writer()
    return {row["pk"]: writer.card(row, states.get(row["code"])) for row in values}


def known(*, reader: User, rows: Collection[int]) -> dict[int, Known]:
    """Return name and owner of those of the assets (by id) that `reader` may discover and not see."""
    found = discoverable(reader=reader).filter(pk__in=rows)
    return {row.pk: Known(row.name, row.owner.label if row.owner else "") for row in found}


class _Writer:
    """Writes cards by the asset's own way to call itself; one asset and two addresses serve for all rows,
    because making them anew was most of the time that a picture took.
    """

    def __init__(self) -> None:
        self.asset = Asset()
        self.url = reverse("catalog:asset", args=[NOBODY])
        self.panel = reverse("lineage:panel", args=[NOBODY])

    def card(self, row: dict[str, Any], quality: str | None) -> Card:
        asset, code = self.asset, str(row["code"])
        asset.namespace, asset.name = row["namespace"], row["name"]
        asset.facts = {key: row[f"said_{key}"] for key in FACTS if row[f"said_{key}"]}
        return Card(
            id=code,
            label=asset.title,
            sub=asset.container,
            name=row["name"],
            kind=row["kind"],
            domain=row["domain__name"],
            status=row["status"],
            removed=row["removed_at"] is not None,
            url=self.url.replace(str(NOBODY), code),
            panel=self.panel.replace(str(NOBODY), code),
            quality=quality,
        )
