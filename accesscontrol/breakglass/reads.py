"""Who is in an emergency now: asked by policies, by the audit log and by the banner of every page."""

from __future__ import annotations

from contextvars import ContextVar

from django.db.models import QuerySet

from accesscontrol.audit.context import Context, current
from accesscontrol.audit.models import Entry
from accesscontrol.breakglass.models import Emergency
from accesscontrol.identity.models import User

_memo: ContextVar[tuple[Context, list[Emergency]] | None] = ContextVar("govportal_emergencies", default=None)


def emergencies() -> list[Emergency]:
    """Return the live ones of everybody, with their users: one small query per request."""
    memo, here = _memo.get(), current()
    if memo is None or memo[0] is not here or here.request_id is None:
        memo = (here, list(Emergency.objects.live().select_related("user")))
        _memo.set(memo)
    return [each for each in memo[1] if each.is_live]


def emergency_of(user: User) -> Emergency | None:
    return next((each for each in emergencies() if each.user_id == user.pk), None)


def forget() -> None:
    """Drop what this request has read, after it began or ended an emergency."""
    _memo.set(None)


def done_within(emergency: Emergency) -> QuerySet[Entry]:
    """Return the lines of the audit log that were written in it, the oldest first."""
    mark = f'"break_glass":"{emergency.code}"'
    rows = Entry.objects.filter(actor=emergency.user.username, at__gte=emergency.started_at)
    return rows.filter(body__contains=mark).order_by("pk")


def to_review(reader: User) -> QuerySet[Emergency]:
    """Return what waits for `reader`'s review, the oldest first; also while it lasts."""
    return Emergency.objects.visible_to(reader, "change").unreviewed().for_list().order_by("pk")


def reviewers(emergency: Emergency) -> QuerySet[User]:
    """Return who may review it."""
    people = User.objects.with_perm(
        "accesscontrol.review_breakglass",
        backend="django.contrib.auth.backends.ModelBackend",
        include_superusers=False,
    )
    return people.exclude(pk=emergency.user_id).filter(is_active=True)
