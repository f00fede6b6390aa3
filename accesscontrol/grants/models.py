"""Grants of single objects: the exceptions to the policies.

django-guardian gives the shape (a permission and any object); the row here is the truth. Guardian's own
tables keep one row for a user, a permission and an object, so they could not tell a grant that has ended
from a new one, and its checker joins past every manager: a window in its rows would not be looked at.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from guardian.models.models import BaseGenericObjectPermission, BaseObjectPermission

from accesscontrol.grants.answering import about_mine
from accesscontrol.identity.models import User

NOBODY = Q(pk__in=())
PERSON = settings.AUTH_USER_MODEL


class GrantQuerySet(models.QuerySet["Grant"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Your own, what you gave or asked for, those on what you answer for; or all by your role.

        `change` is to end one; `decide` is to prolong it, which nobody does for themselves.
        """
        if not user.is_active:
            return self.none()
        if action == "decide":
            own = Q(user=user) | Q(group__in=user.groups.values("pk"))
            return self.filter(_in_charge(user, "change")).exclude(own)
        mine = Q(user=user) | Q(granted_by=user)
        if action == "view":
            mine |= Q(requested_by=user) | Q(group__in=user.groups.values("pk"))
        return self.filter(mine | _in_charge(user, action))

    def live(self, at: datetime | None = None) -> Self:
        """Those that permit at `at`, by default now. Nothing has to happen for a grant to end."""
        now = at or timezone.now()
        open_end = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
        return self.filter(open_end, starts_at__lte=now, revoked_at__isnull=True)

    def in_state(self, state: str) -> Self:
        now = timezone.now()
        match state:
            case "live":
                return self.live(now)
            case "planned":
                return self.filter(revoked_at__isnull=True, starts_at__gt=now)
            case "ended":
                return self.filter(revoked_at__isnull=True, ends_at__lte=now)
            case "revoked":
                return self.filter(revoked_at__isnull=False)
        return self

    def on(self, obj: models.Model) -> Self:
        return self.filter(content_type=ContentType.objects.get_for_model(obj), object_pk=str(obj.pk))

    def ending(self, until: datetime) -> Self:
        """Live ones whose end is no later than `until`, the nearest first."""
        return self.live().filter(ends_at__lte=until).order_by("ends_at")

    def for_list(self) -> Self:
        return self.select_related("user", "group", "granted_by", "permission")


def _in_charge(user: User, action: str) -> Q:
    """Everything for who holds the role's permission; else what is about objects `user` answers for."""
    return ~NOBODY if user.has_perm(f"accesscontrol.{action}_grant") else about_mine(user)


def granted_rows(user: User, model: type[models.Model], action: str, at: datetime | None = None) -> Q:
    """Return the rows of `model` on which `user`, or a role of theirs, holds a live grant.

    Asked from the side of the grants, which are few.
    """
    named = Grant.objects.live(at).filter(
        content_type=ContentType.objects.get_for_model(model),
        permission__codename=f"{action}_{model._meta.model_name}",
    )
    roles = User.groups.through.objects.filter(user=user).values("group")
    held = named.filter(Q(user=user) | Q(group__in=roles)).order_by()
    return Q(pk__in=held.values_list(Cast("object_pk", model._meta.pk)))


class Grant(BaseObjectPermission, BaseGenericObjectPermission):
    """One exception: somebody may do one thing with one object, for a reason, from then until then."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(PERSON, models.CASCADE, null=True, blank=True, related_name="grants")
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="grants")
    object_code = models.UUIDField()
    object_label = models.CharField(max_length=1000)
    reason = models.TextField()
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    to_owner = models.BooleanField(default=False)  # who owns the object needs no end
    requested_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    request = models.UUIDField(null=True, blank=True)  # the code of the access request
    granted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="granted")
    granted_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    revoke_reason = models.TextField(blank=True)

    objects = GrantQuerySet.as_manager()
    title: str = ""  # the object's name and address, as far as a reader may know them: see reads.with_names
    object_url: str = ""

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                condition=Q(user__isnull=False, group__isnull=True)
                | Q(user__isnull=True, group__isnull=False),
                name="grant_to_a_person_or_a_role",
            ),
            CheckConstraint(condition=~Q(reason=""), name="grant_has_a_reason"),
            CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="grant_ends_after_start",
            ),
            CheckConstraint(
                condition=Q(ends_at__isnull=False) | Q(to_owner=True), name="grant_ends_unless_to_the_owner"
            ),
            CheckConstraint(
                condition=Q(user__isnull=True) | ~Q(granted_by=F("user")), name="grant_four_eyes"
            ),
            CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                name="grant_revoked_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "permission"], condition=Q(revoked_at__isnull=True), name="grant_of_user"
            ),
            models.Index(
                fields=["group", "permission"], condition=Q(revoked_at__isnull=True), name="grant_of_group"
            ),
            models.Index(fields=["content_type", "object_pk"], name="grant_on_object"),
            models.Index(fields=["ends_at"], condition=Q(revoked_at__isnull=True), name="grant_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.holder} may {self.action} {self.object_label}"

    def get_absolute_url(self) -> str:
        return reverse("grants:grant", args=[self.code])

    @property
    def action(self) -> str:
        """`view` of the permission `view_asset`."""
        return str(self.permission.codename).partition("_")[0]

    @property
    def holder(self) -> str:
        return self.user.label if self.user else f"role {self.group}"

    @property
    def state(self) -> str:
        now = timezone.now()
        if self.revoked_at:
            return "revoked"
        if self.starts_at > now:
            return "planned"
        return "ended" if self.ends_at and self.ends_at <= now else "live"

    @property
    def facts(self) -> dict[str, Any]:
        """What every fact about this grant says."""
        held = self.user.username if self.user else f"role {self.group}"
        return {
            "subject": str(self.code),
            "about": str(self.object_code),
            "holder": held,
            "granted": self.action,
        }


class EndWarning(models.Model):
    """That the end of a grant was announced this many days before: once for each end and span."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="warnings")
    ends_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grant", "ends_at", "days"], name="end_warned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id}: {self.days} d before {self.ends_at}"
