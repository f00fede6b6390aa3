"""Suggestions as a page and the API list them."""

from typing import Any

from catalog.assets.models import Asset
from catalog.search.kinds import LABELS, Found
from catalog.search.reads import Suggestions


def groups(found: Suggestions) -> list[dict[str, Any]]:
    """Hits by kind; within a kind, and between the kinds, the likeliest stay first."""
    hits = [(Asset.Kind(asset.kind).label, hit_of(asset)) for asset in found.assets]
    hits += [(LABELS[each.kind], line_of(each)) for each in found.others]
    listed: dict[str, list[dict[str, str]]] = {}
    for label, hit in hits:
        listed.setdefault(label, []).append(hit)
    return [{"label": label, "hits": some} for label, some in listed.items()]


def line_of(found: Found) -> dict[str, str]:
    return {"url": found.url, "label": found.label, "sub": found.sub, "kind": found.kind}


def hit_of(asset: Asset) -> dict[str, str]:
    return {
        "url": asset.get_absolute_url(),
        "label": asset.title,
        "sub": asset.container,
        "kind": asset.kind,
    }
