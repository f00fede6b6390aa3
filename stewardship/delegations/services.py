from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.delegations.facts import DelegationEnded, DeputyNamed
from stewardship.delegations.models import Delegation
from stewardship.delegations.reads import forget
from stewardship.notices.services import notify

MOST_OPEN = 10
LONGEST_DAYS = 366


@transaction.atomic
def name_deputy(
    *, actor: User, deputy: User, starts_at: datetime, ends_at: datetime, reason: str = ""
) -> Delegation:
    """Let `deputy` stand in for `actor` in everything, for a time. Raises `ValidationError` by field."""
    _check_deputy(actor, deputy)
    if ends_at <= max(starts_at, timezone.now()):
        raise ValidationError({"ends_at": "The end must be in the future, and after the start."})
    if (ends_at - starts_at).days > LONGEST_DAYS:
        raise ValidationError({"ends_at": f"At most {LONGEST_DAYS} days; it can be named again."})
    if Delegation.objects.open().filter(person=actor, item=None).count() >= MOST_OPEN:
        raise Refused(f"You have named {MOST_OPEN} deputies already; end one of them first.")
    row = Delegation.objects.create(
        person=actor, deputy=deputy, starts_at=starts_at, ends_at=ends_at, reason=reason.strip()
    )
    return _told(row)


@transaction.atomic
def hand_over(*, actor: User, deputy: User, kind: str, item: UUID, reason: str) -> Delegation:
    """Let `deputy` decide one thing instead of `actor`; handing it to another ends what was before.

    Whether the deputy may decide it, the room of the thing has asked already.
    """
    _check_deputy(actor, deputy)
    for earlier in Delegation.objects.select_for_update(of=("self",)).filter(
        person=actor, kind=kind, item=item, ended_at=None
    ):
        end_delegation(delegation=earlier, actor=actor)
    row = Delegation.objects.create(person=actor, deputy=deputy, kind=kind, item=item, reason=reason.strip())
    return _told(row)


@transaction.atomic
def end_delegation(*, delegation: Delegation, actor: User) -> Delegation:
    """Take it back, or lay it down. Raises `Refused` when it has ended, or is between other people."""
    rows = Delegation.objects.select_for_update(of=("self",)).select_related("person", "deputy")
    row = rows.get(pk=delegation.pk)
    if actor.pk not in {row.person_id, row.deputy_id}:
        raise Refused("Only the two whom it concerns can end it.")
    if row.state == "ended":
        raise Refused("It has ended already.")
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    forget()
    record(DelegationEnded(**_about(row), actor=actor.username))
    return row


@transaction.atomic
def close_item(*, kind: str, item: UUID, actor: str) -> None:
    """It was decided, or is no longer asked: nobody stands in for anybody there any more."""
    rows = Delegation.objects.select_for_update(of=("self",)).filter(kind=kind, item=item, ended_at=None)
    for row in rows.select_related("person", "deputy"):
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        forget()
        record(DelegationEnded(**_about(row), actor=actor))


def _check_deputy(actor: User, deputy: User) -> None:
    if deputy.pk == actor.pk:
        raise ValidationError({"deputy": "A deputy is somebody else."})
    if not deputy.is_active or deputy.is_service:
        raise ValidationError({"deputy": "This account cannot stand in for anybody."})


def _told(row: Delegation) -> Delegation:
    forget()
    record(
        DeputyNamed(
            **_about(row),
            actor=row.person.username,
            starts_at=row.starts_at.isoformat(),
            ends_at=row.ends_at.isoformat() if row.ends_at else None,
            reason=row.reason,
        )
    )
    until = f" until {row.ends_at:%d %b %Y}" if row.ends_at else ""
    what = "one decision" if row.item else f"everything that waits for a decision{until}"
    notify(
        recipients=[row.deputy],
        key=f"delegation:{row.code}",
        topic="deputy_named",
        title=f"You stand in for {row.person.label}",
        text=f"In {what}. You decide in your own name, with your own rights.",
        url=reverse("inbox"),
        actor=row.person.username,
    )
    return row


def _about(row: Delegation) -> dict[str, Any]:
    item = f"{row.kind}:{row.item}" if row.item else ""
    return {
        "subject": str(row.code),
        "person": row.person.username,
        "deputy": row.deputy.username,
        "item": item,
    }
