from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.grants.answering import answering
from accesscontrol.grants.facts import AccessGranted, GrantExtended, GrantRevoked
from accesscontrol.grants.limits import LIMITS
from accesscontrol.grants.models import Grant
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused

SYSTEM = "system"


@transaction.atomic
def grant_access(
    *,
    obj: models.Model,
    action: str,
    actor: User,
    reason: str,
    ends_at: datetime | None,
    user: User | None = None,
    group: Group | None = None,
    starts_at: datetime | None = None,
    requested_by: User | None = None,
    request: UUID | None = None,
) -> Grant:
    """Let a person or a role do `action` with one object from `starts_at` (default now) until `ends_at`.

    Raises `ValidationError` naming the field, and `Refused` when somebody would grant to themselves.
    """
    if user == actor or _holds(actor, group):
        raise Refused("Nobody gives access to themselves, nor to a role that they hold.")
    if (user is None) == (group is None):
        raise ValidationError({"user": "Name a person or a role, and not both."})
    begins = starts_at or timezone.now()
    owns = user is not None and answering(obj).get("owner") == user.username
    check_window(begins, ends_at, endless=owns)
    grant = Grant.objects.create(
        **_target(obj, action),
        user=user,
        group=group,
        reason=_said(reason),
        starts_at=begins,
        ends_at=ends_at,
        to_owner=owns,
        requested_by=requested_by,
        request=request,
        granted_by=actor,
    )
    record(_granted(grant, actor))
    return grant


def _holds(actor: User, group: Group | None) -> bool:
    return group is not None and actor.groups.filter(pk=group.pk).exists()


def _target(obj: Any, action: str) -> dict[str, Any]:
    return {
        "content_object": obj,
        "permission": _permission(obj, action),
        "object_code": obj.code,
        "object_label": str(obj)[:1000],
    }


def _granted(grant: Grant, actor: User) -> AccessGranted:
    return AccessGranted(
        **grant.facts,
        actor=actor.username,
        reason=grant.reason,
        starts_at=grant.starts_at.isoformat(),
        ends_at=_iso(grant.ends_at),
        requested_by=grant.requested_by.username if grant.requested_by else None,
        request=str(grant.request) if grant.request else None,
    )


@transaction.atomic
def extend_grant(*, grant: Grant, actor: User, ends_at: datetime, reason: str) -> Grant:
    """Move the end of a live grant; the beginning and the first reason stay as they are.

    Raises `Refused` when it is not live or is the actor's own, or their role's;
    `ValidationError` for a bad end.
    """
    row = _live(grant)
    if row.user_id == actor.pk or _holds(actor, row.group):
        raise Refused("Nobody prolongs their own access, nor that of a role that they hold.")
    said = _said(reason)
    check_window(timezone.now(), ends_at)
    before, row.ends_at = row.ends_at, ends_at
    Grant.objects.filter(pk=row.pk).update(ends_at=ends_at)
    after = ends_at.isoformat()
    record(GrantExtended(**row.facts, actor=actor.username, reason=said, before=_iso(before), after=after))
    return row


@transaction.atomic
def revoke_grant(*, grant: Grant, actor: User | None, reason: str) -> Grant:
    """End it now. `actor` is None when the portal's clock does it. Raises `Refused` when it has ended."""
    said = _said(reason)
    row = _live(grant, planned=True)
    row.revoked_at, row.revoked_by, row.revoke_reason = timezone.now(), actor, said
    Grant.objects.filter(pk=row.pk).update(revoked_at=row.revoked_at, revoked_by=actor, revoke_reason=said)
    record(GrantRevoked(**row.facts, actor=actor.username if actor else SYSTEM, reason=said))
    return row


def check_window(begins: datetime, ends: datetime | None, *, endless: bool = False) -> None:
    """Raise `ValidationError` unless the window is in the future and no longer than allowed."""
    if ends is None:
        if not endless:
            raise ValidationError({"ends_at": "Say when it ends; only an owner's grant has no end."})
        return
    if ends <= max(begins, timezone.now()):
        raise ValidationError({"ends_at": "The end must be in the future, and after the start."})
    if ends - begins > LIMITS.longest:
        raise ValidationError({"ends_at": f"At most {LIMITS.longest.days} days; it can be prolonged."})


def _live(grant: Grant, *, planned: bool = False) -> Grant:
    row: Any = Grant.objects.select_for_update(of=("self",)).for_list().get(pk=grant.pk)
    if row.state not in ({"live", "planned"} if planned else {"live"}):
        raise Refused(f"This grant is {row.state}.")
    return row  # type: ignore[no-any-return]


def _permission(obj: models.Model, action: str) -> Permission:
    wanted = {
        "content_type": ContentType.objects.get_for_model(obj),
        "codename": f"{action}_{obj._meta.model_name}",
    }
    found = Permission.objects.filter(**wanted).first()
    if found is None:
        raise ValidationError({"action": f"{action!r} cannot be granted here."})
    return found


def _said(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": "Say why; an exception without a reason cannot be judged later."})
    return reason.strip()


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
