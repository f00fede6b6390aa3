from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class AssetCertified(Fact):
    """An asset bears a certificate now; `before` is the level of the one that it takes the place of."""

    name = "catalog.asset_certified"
    object_type = "asset"
    level: str
    until: str | None
    reason: str
    before: str


@dataclass(frozen=True, kw_only=True)
class CertificateEnded(Fact):
    """An asset bears no certificate any more: it was withdrawn, or it ran out."""

    name = "catalog.certificate_ended"
    object_type = "asset"
    level: str
    end: str
    reason: str
