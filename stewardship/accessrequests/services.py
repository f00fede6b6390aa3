from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from accesscontrol.audit.context import somebody_elses
from accesscontrol.audit.services import record
from accesscontrol.grants.answering import about_mine, about_theirs, answering
from accesscontrol.grants.models import Grant
from accesscontrol.grants.services import SYSTEM, extend_grant, grant_access
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.accessrequests.choices import CHOICES
from stewardship.accessrequests.facts import (
    AccessRequested,
    RequestApproved,
    RequestCancelled,
    RequestDenied,
    RequestExpired,
)
from stewardship.accessrequests.models import KIND, AccessRequest
from stewardship.accessrequests.reads import resource_named
from stewardship.delegations import services as delegations
from stewardship.delegations.reads import mandates

Status = AccessRequest.Status


@transaction.atomic
def request_access(
    *, actor: User, asked_as: str, action: str, days: int, reason: str, extends: Grant | None = None
) -> AccessRequest:
    """Put the question to whoever answers for it; what does not exist gives a row that looks the same.

    Asking again while the first question is open gives the first one. Raises `ValidationError` naming
    the field, and `Refused` when too many questions of this person are open.
    """
    _check(action, days, reason)
    asked = AccessRequest.objects.select_for_update().filter(requester=actor, status=Status.PENDING)
    expire_requests(asked.lapsed())
    again = asked.filter(asked_as=asked_as, action=action).first()
    if again is not None:
        return again
    if asked.count() >= CHOICES.most_pending:
        raise Refused(f"{CHOICES.most_pending} of your requests are open; wait for answers first.")
    resource = resource_named(asked_as, actor)
    row = AccessRequest.objects.create(
        requester=actor,
        asked_as=asked_as,
        **_about(resource, actor),
        action=action,
        days=days,
        reason=reason.strip(),
        extends=extends,
        expires_at=timezone.now() + CHOICES.expires_after,
    )
    said: dict[str, Any] = {"days": days, "reason": row.reason, "exists": resource is not None}
    record(AccessRequested(**row.facts, actor=actor.username, **said))
    return row


def _check(action: str, days: int, reason: str) -> None:
    if action not in CHOICES.actions:
        raise ValidationError({"action": f"Known: {', '.join(CHOICES.actions)}."})
    if days not in CHOICES.days:
        raise ValidationError({"days": f"Choose one of {', '.join(map(str, CHOICES.days))}."})
    if not reason.strip():
        raise ValidationError({"reason": "Say what you need it for; whoever decides reads it."})


def _about(resource: models.Model | None, actor: User) -> dict[str, Any]:
    if resource is None:
        return {}
    others = set(answering(resource).values()) - {actor.username}
    return {
        "content_type": ContentType.objects.get_for_model(resource),
        "object_pk": str(resource.pk),
        "object_label": str(resource)[:1000],
        "unanswered": not others,
    }


@transaction.atomic
def request_extension(*, actor: User, grant: Grant, days: int) -> AccessRequest:
    """Ask for more of a grant that is about to end, for the reason for which it was given."""
    if grant.user_id != actor.pk or grant.state != "live":
        raise Refused("Only who holds a live grant asks for more of it.")
    return request_access(
        actor=actor,
        asked_as=str(grant.object_code),
        action=grant.action,
        days=days,
        reason=f"More time: {grant.reason}",
        extends=grant,
    )


@transaction.atomic
def approve_request(*, request: AccessRequest, actor: User, days: int, reason: str = "") -> AccessRequest:
    """Grant what was asked for, for `days` from now or from the end of the grant that it extends.

    Raises `Refused` when it is not open, is the actor's own, or is not the actor's to decide.
    """
    row = _decidable(request, actor)
    if not 1 <= days <= max(CHOICES.days):
        raise ValidationError({"days": f"From 1 to {max(CHOICES.days)}."})
    row.grant = _grant(row, actor, days)
    _decide(row, Status.APPROVED, actor, reason)
    said: dict[str, Any] = {"days": days, "grant": str(row.grant.code), **_answered(row)}
    record(RequestApproved(**row.facts, actor=actor.username, reason=reason, **said))
    return row


def _grant(row: AccessRequest, actor: User, days: int) -> Grant:
    span, old, resource = timedelta(days=days), row.extends, row.resource
    if resource is None:
        raise Refused("It is no longer there.")
    if old is not None and old.state == "live" and old.ends_at:
        return extend_grant(grant=old, actor=actor, ends_at=old.ends_at + span, reason=row.reason)
    return grant_access(
        obj=resource,
        action=row.action,
        user=row.requester,
        actor=actor,
        reason=row.reason,
        ends_at=timezone.now() + span,
        requested_by=row.requester,
        request=row.code,
    )


@transaction.atomic
def deny_request(*, request: AccessRequest, actor: User, reason: str) -> AccessRequest:
    """Say no, with a reason for its requester. Raises `Refused` as `approve_request` does."""
    if not reason.strip():
        raise ValidationError({"reason": "Say why; the person who asked reads it."})
    row = _decidable(request, actor)
    _decide(row, Status.DENIED, actor, reason.strip())
    record(RequestDenied(**row.facts, actor=actor.username, reason=reason.strip(), **_answered(row)))
    return row


@transaction.atomic
def hand_over_request(*, request: AccessRequest, actor: User, deputy: User, reason: str = "") -> None:
    """Let `deputy` answer it instead of `actor`, who answers for its object. Raises `Refused`."""
    row = _decidable(request, actor)
    this = AccessRequest.objects.filter(pk=row.pk)
    if not this.filter(about_mine(actor)).exists():
        raise Refused("This is not yours to hand over.")
    with somebody_elses():
        allowed = this.filter(about_theirs(actor, deputy)).exists()
    if not allowed or deputy.pk == row.requester_id:
        raise Refused(f"{deputy.label} asked for it, or may not change what it is about.")
    delegations.hand_over(actor=actor, deputy=deputy, kind=KIND, item=row.code, reason=reason)


@transaction.atomic
def cancel_request(*, request: AccessRequest, actor: User) -> AccessRequest:
    """Its requester takes it back. Raises `Refused` when it is not theirs, or was decided already."""
    row = _open(request)
    if row.requester_id != actor.pk:
        raise Refused("Only who asked can take it back.")
    row.status = Status.CANCELLED
    row.save(update_fields=["status"])
    delegations.close_item(kind=KIND, item=row.code, actor=actor.username)
    record(RequestCancelled(**row.facts, actor=actor.username, reason=""))
    return row


@transaction.atomic
def expire_requests(rows: Any = None) -> int:
    """Write down that open questions have lapsed; safe to run twice. Return how many did."""
    lapsed = AccessRequest.objects.lapsed() if rows is None else rows
    found = list(lapsed.select_for_update(of=("self",)))
    for row in found:
        row.status = Status.EXPIRED
        row.save(update_fields=["status"])
        delegations.close_item(kind=KIND, item=row.code, actor=SYSTEM)
        record(RequestExpired(**row.facts, actor=SYSTEM, reason="Nobody decided in time."))
    return len(found)


def _open(request: AccessRequest) -> AccessRequest:
    rows = AccessRequest.objects.select_for_update(of=("self",)).select_related("requester", "extends")
    row = rows.get(pk=request.pk)
    if row.state != Status.PENDING:
        raise Refused(f"This request is {row.state} already.")
    return row


def _decidable(request: AccessRequest, actor: User) -> AccessRequest:
    row = _open(request)
    if row.requester_id == actor.pk:
        raise Refused("Nobody decides about their own request.")
    if not AccessRequest.objects.decidable_by(actor).filter(pk=row.pk).exists():
        raise Refused("This is not yours to decide.")
    return row


def _decide(row: AccessRequest, status: str, actor: User, reason: str) -> None:
    row.on_behalf_of = _voice(row, actor)
    row.status, row.decided_by, row.decided_at = status, actor, timezone.now()
    row.decision_reason = reason
    changed = ["status", "decided_by", "on_behalf_of", "decided_at", "decision_reason", "grant"]
    row.save(update_fields=changed)
    delegations.close_item(kind=KIND, item=row.code, actor=actor.username)


def _answered(row: AccessRequest) -> dict[str, str]:
    """Whom the answer is for, and on whose behalf it was given."""
    person = row.on_behalf_of.username if row.on_behalf_of else ""
    return {"requester": row.requester.username, "on_behalf_of": person}


def _voice(row: AccessRequest, actor: User) -> User | None:
    """For whom `actor` decides: who handed it over, or who answers for it when `actor` does not."""
    standing = [each for each in mandates(actor, KIND) if not each.items or row.code in each.items]
    this = AccessRequest.objects.filter(pk=row.pk)
    own = this.filter(about_mine(actor)).exists()
    people = [each.person for each in standing if (each.items or not own) and each.person != row.requester]
    return next((each for each in people if this.filter(about_theirs(each, actor)).exists()), None)
