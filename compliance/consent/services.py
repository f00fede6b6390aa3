from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from compliance.consent.facts import ConsentGranted, ConsentRefused, ConsentRevoked
from compliance.consent.models import ConsentRecord


@transaction.atomic
def record_consent(
    *,
    subject: str,
    purpose: str,
    kind: str,
    granted: bool,
    version: str,
    actor: str,
    asset: Asset | None = None,
    given_at: datetime | None = None,
    address: str | None = None,
    user_agent: str = "",
) -> ConsentRecord:
    """Keep a person's answer. A new "yes" for the same purpose replaces the one in force.

    Raises `ValidationError` by field, also for an answer from the future.
    """
    moment = given_at or timezone.now()
    if moment > timezone.now():
        raise ValidationError({"given_at": "This is in the future."})
    answer = ConsentRecord(
        subject=subject.strip(),
        purpose=purpose.strip(),
        kind=kind,
        granted=granted,
        version=version,
        asset=asset,
        given_at=moment,
        address=address,
        user_agent=user_agent,
    )
    answer.full_clean(validate_constraints=False)
    _end_earlier(answer, actor)
    answer.save()
    fact = ConsentGranted if granted else ConsentRefused
    record(fact(subject=str(answer.code), actor=actor, purpose=answer.purpose, version=version))
    return answer


def _end_earlier(answer: ConsentRecord, actor: str) -> None:
    """The same person's standing "yes" to the same question ends with the new answer."""
    standing = ConsentRecord.objects.of(answer.subject).in_force()
    for earlier in standing.filter(purpose=answer.purpose, kind=answer.kind).select_for_update():
        if earlier.given_at > answer.given_at:
            raise ValidationError({"given_at": "A later answer of this person is on record already."})
        _revoke(earlier, answer.given_at, actor)


@transaction.atomic
def revoke_consent(*, consent: ConsentRecord, actor: str) -> None:
    """The person takes it back; as easy as giving it (GDPR Art. 7(3))."""
    consent = ConsentRecord.objects.select_for_update().get(pk=consent.pk)
    if consent.state != "granted":
        raise Refused(f"This consent is {consent.state} already.")
    _revoke(consent, timezone.now(), actor)


def _revoke(consent: ConsentRecord, moment: datetime, actor: str) -> None:
    consent.revoked_at = moment
    consent.save(update_fields=["revoked_at"])
    record(
        ConsentRevoked(
            subject=str(consent.code),
            actor=actor,
            purpose=consent.purpose,
            version=consent.version,
        )
    )
