from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.certification.facts import AssetCertified, CertificateEnded
from catalog.certification.models import Certificate
from catalog.certification.terms import TERMS, end_of, last_day
from catalog.editing.stale import Stale
from stewardship.notices.services import notify

SYSTEM = "system"
End = Certificate.End


@transaction.atomic
def certify_asset(
    *,
    asset: Asset,
    level: str,
    reason: str,
    actor: str,
    until: date | None = None,
    version: int | None = None,
) -> Certificate:
    """Vouch for an asset through the day `until`; the certificate that it bears ends for this one.

    Raises Stale, or ValidationError by attribute.
    """
    row = _locked(asset, version)
    now = timezone.now()
    ends = end_of(until) if until else None
    by = User.objects.filter(username=actor).first()
    made = Certificate(asset=row, level=level, reason=reason.strip(), by=by, until=ends)
    made.clean_fields(exclude=["asset", "by"])
    if ends and not now < ends <= end_of((now + TERMS.longest).date()):
        raise ValidationError({"until": f"Choose a day within the next {TERMS.longest.days}."})
    before = _end(row, End.REPLACED, made.reason, by)
    made.save()
    _bear(row, level, ends)
    told = last_day(ends).isoformat() if ends else None
    subject, was = str(row.code), before.level if before else ""
    record(
        AssetCertified(subject=subject, actor=actor, level=level, until=told, reason=made.reason, before=was)
    )
    return made


@transaction.atomic
def withdraw_certificate(*, asset: Asset, reason: str, actor: str, version: int | None = None) -> None:
    """Vouch for an asset no longer. Raises Stale, or ValidationError where it bears no certificate."""
    row = _locked(asset, version)
    if not reason.strip():
        raise ValidationError({"why": "Say why: the asset's people read it."})
    by = User.objects.filter(username=actor).first()
    ended = _end(row, End.WITHDRAWN, reason.strip(), by)
    if ended is None:
        raise ValidationError({"certification": "It bears no certificate."})
    _bear(row, "", None)
    record(
        CertificateEnded(
            subject=str(row.code), actor=actor, level=ended.level, end=End.WITHDRAWN, reason=reason.strip()
        )
    )


@transaction.atomic
def expire_certificates() -> int:
    """Take away what has run out, and tell those who answer for it; safe to run twice."""
    number = 0
    for asset in Asset.objects.filter(certificates__in=Certificate.objects.over()).order_by("pk"):
        row = Certificate.objects.over().filter(asset=_locked(asset, None)).first()
        if row:
            _expire(row)
            number += 1
    return number


def _expire(row: Certificate) -> None:
    asset, subject = row.asset, str(row.asset.code)
    _end(asset, End.EXPIRED, "Its time ran out.", None)
    _bear(asset, "", None)
    record(CertificateEnded(subject=subject, actor=SYSTEM, level=row.level, end=End.EXPIRED, reason=""))
    _tell(row, "has run out", f"certificate-over:{row.code}", "warning")


@transaction.atomic
def announce_ends() -> int:
    """Tell those who answer for an asset that its certificate ends soon; return how many were told."""
    now = timezone.now()
    live = Certificate.objects.live().filter(until__gt=now, until__lte=now + TERMS.warnings[0])
    told = 0
    for row in live.select_related("asset"):
        span = TERMS.due(row.granted_at, row.until, now) if row.until else None
        if span:
            what = f"ends on {row.last_day:%d %B %Y}"
            told += _tell(row, what, f"certificate-end:{row.code}:{span.days}", "info")
    return told


def _tell(row: Certificate, what: str, key: str, severity: str) -> int:
    asset = row.asset
    keys = {asset.owner_id, asset.business_owner_id, asset.acting_steward_id, row.by_id}
    return notify(
        recipients=User.objects.filter(pk__in=[key for key in keys if key]),
        key=key,
        topic="certificate",
        title=f"The certificate of {asset.title} {what}",
        text="Whoever may certify it can renew it on its page.",
        url=asset.get_absolute_url(),
        about=("asset", asset.code),
        severity=severity,
    )


def _locked(asset: Asset, version: int | None) -> Asset:
    row = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    if version is not None and version != row.version:
        raise Stale(row)
    return row


def _end(asset: Asset, end: str, reason: str, by: User | None) -> Certificate | None:
    """End the certificate that the asset bears, and return it."""
    row = Certificate.objects.live().select_for_update(of=("self",)).filter(asset=asset).first()
    if row:
        row.end, row.end_reason, row.ended_by, row.ended_at = end, reason, by, timezone.now()
        row.save(update_fields=["end", "end_reason", "ended_by", "ended_at"])
    return row


def _bear(asset: Asset, level: str, until: datetime | None) -> None:
    asset.certification, asset.certified_until = level, until
    asset.version += 1
    asset.save(update_fields=["certification", "certified_until", "version", "updated_at"])


def say_certificate(*, asset: Asset, said: dict[str, Any], actor: str, version: int | None = None) -> None:
    """Certify the asset, or withdraw its certificate, as the verb has it written down."""
    if not said["certification"]:
        withdraw_certificate(asset=asset, reason=said["why"], actor=actor, version=version)
        return
    until = date.fromisoformat(said["until"]) if said.get("until") else None
    level, why = said["certification"], said["why"]
    certify_asset(asset=asset, level=level, until=until, reason=why, actor=actor, version=version)
