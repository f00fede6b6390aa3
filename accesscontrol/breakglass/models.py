from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.urls import reverse
from django.utils import timezone

from accesscontrol.breakglass.limits import LIMITS

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

PERSON = settings.AUTH_USER_MODEL


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Your own, and all for who reviews them; `change` is to review, never one's own."""
        if not user.is_active:
            return self.none()
        reviews = user.has_perm("accesscontrol.review_breakglass")
        if action == "change":
            return self.exclude(user=user) if reviews else self.none()
        return self if reviews else self.filter(user=user)

    def live(self) -> Self:
        return self.filter(ended_at__isnull=True, ends_at__gt=timezone.now())

    def over(self) -> Self:
        return self.filter(Q(ended_at__isnull=False) | Q(ends_at__lte=timezone.now()))

    def unreviewed(self) -> Self:
        return self.filter(reviewed_at__isnull=True)

    def overdue(self) -> Self:
        """Those that nobody has reviewed in time."""
        limit = timezone.now() - LIMITS.review_within
        return self.unreviewed().filter(Q(ended_at__lte=limit) | Q(ended_at__isnull=True, ends_at__lte=limit))

    def for_list(self) -> Self:
        return self.select_related("user", "reviewed_by")


class Emergency(models.Model):
    """Somebody broke the glass: for a short time, forbids that say so do not bind this one person."""

    class Verdict(models.TextChoices):
        JUSTIFIED = "justified", "Justified"
        NOT_JUSTIFIED = "not_justified", "Not justified"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="emergencies")
    reason = models.TextField()
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=15, choices=Verdict, blank=True)
    findings = models.TextField(blank=True)

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "emergencies"
        default_permissions = ()
        permissions = [
            ("use_breakglass", "Can declare an emergency"),
            ("review_breakglass", "Can review emergencies"),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(ends_at__gt=F("started_at"))
                & Q(ends_at__lte=F("started_at") + timedelta(hours=4)),
                name="emergency_is_short",
            ),
            CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__lte=F("ends_at")),
                name="emergency_ends_in_time",
            ),
            CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("user")), name="emergency_four_eyes"
            ),
            CheckConstraint(
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True, verdict="", findings="")
                | (
                    Q(reviewed_by__isnull=False, reviewed_at__isnull=False) & ~Q(verdict="") & ~Q(findings="")
                ),
                name="emergency_reviewed_wholly",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="emergency_one_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["ends_at"], condition=Q(ended_at__isnull=True), name="emergency_open"),
        ]

    def __str__(self) -> str:
        return f"Emergency of {self.user.label}"

    def get_absolute_url(self) -> str:
        return reverse("breakglass:emergency", args=[self.code])

    @property
    def over_at(self) -> datetime:
        return self.ended_at or self.ends_at

    @property
    def is_live(self) -> bool:
        return self.ended_at is None and self.ends_at > timezone.now()

    @property
    def state(self) -> str:
        if self.is_live:
            return "declared"
        return self.verdict or "to review"

    @property
    def minutes_left(self) -> int:
        """Whole minutes, rounded up, so that the last one is not shown as none."""
        seconds = (self.ends_at - timezone.now()).total_seconds()
        return max(0, -int(-seconds // 60))
