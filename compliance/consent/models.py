from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils import timezone

from catalog.assets.models import Asset

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class ConsentQuerySet(models.QuerySet["ConsentRecord"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        return self if user.has_perm(f"compliance.{action}_consentrecord") else self.none()

    def of(self, subject: str) -> Self:
        return self.filter(subject__iexact=subject)

    def in_force(self) -> Self:
        return self.filter(granted=True, revoked_at__isnull=True)


class ConsentRecord(models.Model):
    """What a person agreed to, when, how, and whether they took it back (GDPR Art. 7)."""

    class Kind(models.TextChoices):
        PROCESSING = "processing", "Processing"
        STORAGE = "storage", "Storage"
        SHARING = "sharing", "Sharing"
        MARKETING = "marketing", "Marketing"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    subject = models.CharField(max_length=254)  # how the person is known: an e-mail address
    purpose = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    asset = models.ForeignKey(Asset, models.SET_NULL, null=True, blank=True, related_name="consents")
    granted = models.BooleanField()
    version = models.CharField(max_length=40, help_text="Of the text that the person saw.")
    given_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(granted=True, revoked_at__gte=F("given_at")),
                name="consent_revoked_after_given",
            ),
            CheckConstraint(condition=~Q(subject="") & ~Q(purpose=""), name="consent_is_by_and_for"),
            models.UniqueConstraint(
                fields=["subject", "purpose", "kind"],
                condition=Q(granted=True, revoked_at__isnull=True),
                name="consent_one_in_force",
            ),
        ]
        indexes = [models.Index(fields=["subject"], name="consent_subject")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.purpose}"

    @property
    def state(self) -> str:
        if not self.granted:
            return "refused"
        return "revoked" if self.revoked_at else "granted"
