from __future__ import annotations

from datetime import date
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.db.models.functions import Now

from accesscontrol.policy.querysets import GuardedQuerySet, PartOf
from catalog.assets.models import Asset
from catalog.certification.terms import last_day


class CertificateQuerySet(GuardedQuerySet["Certificate"]):
    def live(self) -> Self:
        """Those that assets bear."""
        return self.filter(ended_at=None)

    def over(self) -> Self:
        """Those whose time has run out, and of which nobody has noted it yet."""
        return self.live().filter(until__lte=Now())

    def for_list(self) -> Self:
        return self.select_related("by", "ended_by")


class Certificate(models.Model):
    """That somebody vouched for an asset: from when until when, why, and how it ended."""

    class End(models.TextChoices):
        REPLACED = "replaced", "Replaced"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="certificates")
    level = models.CharField(max_length=10, choices=Asset.Certification)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    end = models.CharField(max_length=10, choices=End, blank=True)
    end_reason = models.TextField(blank=True)

    objects = CertificateQuerySet.as_manager()
    guard: ClassVar[PartOf] = PartOf("asset")

    class Meta:
        ordering = ["-granted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["asset"], condition=Q(ended_at=None), name="certificate_one_at_a_time"
            ),
            CheckConstraint(
                condition=Q(level__in=["gold", "silver", "bronze"]), name="certificate_level_is_known"
            ),
            CheckConstraint(condition=Q(until=None) | Q(until__gt=F("granted_at")), name="certificate_lasts"),
            CheckConstraint(
                condition=Q(ended_at=None, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="certificate_ends_somehow",
            ),
        ]
        indexes = [models.Index(fields=["until"], condition=Q(ended_at=None), name="certificate_until")]

    def __str__(self) -> str:
        return f"{self.get_level_display()} for {self.asset}"

    @property
    def last_day(self) -> date | None:
        return last_day(self.until) if self.until else None
