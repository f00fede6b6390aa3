from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.breakglass import reads
from accesscontrol.breakglass.facts import EmergencyDeclared, EmergencyEnded, EmergencyReviewed
from accesscontrol.breakglass.limits import LIMITS
from accesscontrol.breakglass.models import Emergency
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused


@transaction.atomic
def declare_emergency(*, user: User, reason: str, minutes: int) -> Emergency:
    """Break the glass for `user` and nobody else. Whoever calls has just asked for their password again.

    Raises `Refused` when one is live or an earlier one should have been reviewed by now, and
    `ValidationError` naming the field.
    """
    if len(reason.strip()) < LIMITS.reason_letters:
        raise ValidationError({"reason": f"Say what happened, in {LIMITS.reason_letters} letters or more."})
    if minutes not in LIMITS.minutes:
        raise ValidationError({"minutes": f"Choose one of {', '.join(map(str, LIMITS.minutes))}."})
    User.objects.select_for_update().get(pk=user.pk)  # one at a time for each person
    _refuse_another(user)
    now = timezone.now()
    ends_at = now + timedelta(minutes=minutes)
    row = Emergency.objects.create(user=user, reason=reason.strip(), started_at=now, ends_at=ends_at)
    reads.forget()
    said = {"reason": row.reason, "minutes": minutes, "ends_at": ends_at.isoformat()}
    record(EmergencyDeclared(**_about(row), actor=user.username, **said))  # type: ignore[arg-type]
    return row


def _refuse_another(user: User) -> None:
    mine = Emergency.objects.filter(user=user)
    if mine.live().exists():
        raise Refused("You are in an emergency already.")
    if mine.overdue().exists():
        raise Refused("Your last emergency was never reviewed; have that done first.")
    mine.filter(ended_at__isnull=True).update(ended_at=F("ends_at"))


@transaction.atomic
def end_emergency(*, emergency: Emergency, actor: User) -> Emergency:
    """End it before its time. Its holder may, and who reviews emergencies. Raises `Refused` when over."""
    row = _locked(emergency)
    if not row.is_live:
        raise Refused("It is over already.")
    record(EmergencyEnded(**_about(row), actor=actor.username))  # its last line, still marked
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    reads.forget()
    return row


@transaction.atomic
def review_emergency(*, emergency: Emergency, actor: User, verdict: str, findings: str) -> Emergency:
    """Say what was found, and whether it was justified. Raises `Refused` for one's own or a live one."""
    if verdict not in Emergency.Verdict.values:
        raise ValidationError({"verdict": f"Choose one of {', '.join(Emergency.Verdict.values)}."})
    if not findings.strip():
        raise ValidationError({"findings": "Say what you found, also when it was nothing."})
    row = _locked(emergency)
    if row.user_id == actor.pk:
        raise Refused("Nobody reviews their own emergency.")
    if row.is_live or row.reviewed_at:
        raise Refused("It is not over yet." if row.is_live else "It was reviewed already.")
    row.reviewed_by, row.reviewed_at = actor, timezone.now()
    row.verdict, row.findings = verdict, findings.strip()
    row.save(update_fields=["reviewed_by", "reviewed_at", "verdict", "findings"])
    said = {"verdict": verdict, "findings": row.findings}
    record(EmergencyReviewed(**_about(row), actor=actor.username, **said))
    return row


def _locked(emergency: Emergency) -> Emergency:
    return Emergency.objects.select_for_update(of=("self",)).select_related("user").get(pk=emergency.pk)


def _about(row: Emergency) -> dict[str, str]:
    return {"subject": str(row.code), "holder": row.user.username}
