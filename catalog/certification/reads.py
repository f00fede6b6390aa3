from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.certification.models import Certificate, CertificateQuerySet
from catalog.certification.terms import TERMS

SHOWN = 20


@dataclass(frozen=True)
class Certification:
    """The certificate that an asset bears, what that means, the ones before it, and who may say more."""

    now: Certificate | None
    means: str
    before: list[Certificate]
    may: bool


def history(reader: User, asset: Asset) -> CertificateQuerySet:
    """Every certificate of an asset, the latest first."""
    return Certificate.objects.visible_to(reader).filter(asset=asset).for_list()


def card(reader: User, asset: Asset) -> Certification:
    """What the page of an asset tells of its certificates."""
    rows: list[Any] = list(history(reader, asset)[:SHOWN])
    now = next((row for row in rows if row.ended_at is None and asset.is_certified), None)
    may = reader.has_perm("catalog.certify_asset")
    return Certification(
        now, TERMS.levels.get(now.level, "") if now else "", [r for r in rows if r != now], may
    )
