from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.urls import reverse
from django.utils import timezone

from accesscontrol.policy.querysets import GuardedQuerySet, Through
from accesscontrol.secrets import cipher
from catalog.assets.models import Asset
from compliance.requests.clocks import clocks

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class RequestQuerySet(models.QuerySet["SubjectRequest"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        return self if user.has_perm(f"compliance.{action}_subjectrequest") else self.none()

    def open(self) -> Self:
        return self.exclude(state__in=SubjectRequest.CLOSED)

    def overdue(self) -> Self:
        return self.open().filter(due_on__lt=timezone.localdate())


class SubjectRequest(models.Model):
    """A person asks what we know about them (GDPR Art. 15, CCPA § 1798.110, HIPAA § 164.524)."""

    class Kind(models.TextChoices):
        ACCESS = "access", "Access"

    class State(models.TextChoices):
        RECEIVED = "received", "Verify identity"
        VERIFIED = "verified", "Ready to collect"
        COLLECTING = "collecting", "Collecting"
        ATTENTION = "attention", "Needs attention"
        COLLECTED = "collected", "Review and answer"
        ANSWERED = "answered", "Answered"
        REFUSED = "refused", "Refused"

    CLOSED: ClassVar[list[str]] = [State.ANSWERED, State.REFUSED]

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ACCESS)
    law = models.CharField(max_length=12)
    identifier_kind = models.CharField(max_length=40, default="email")
    identifier = models.CharField(max_length=254)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    received_on = models.DateField(default=timezone.localdate)
    due_on = models.DateField()
    extended = models.BooleanField(default=False)
    verified_how = models.CharField(max_length=300, blank=True)
    notes = models.TextField(blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="handled_requests"
    )
    collected_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    package_token = models.TextField(blank=True, editable=False)  # sealed: it is all about one person
    package_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            CheckConstraint(condition=~Q(identifier=""), name="request_has_a_person"),
            CheckConstraint(condition=Q(due_on__gte=F("received_on")), name="request_due_after_received"),
            CheckConstraint(
                condition=Q(state__in=["answered", "refused"], closed_at__isnull=False)
                | (~Q(state__in=["answered", "refused"]) & Q(closed_at__isnull=True)),
                name="request_closed_has_a_moment",
            ),
            models.UniqueConstraint(
                fields=["kind", "identifier_kind", "identifier"],
                condition=~Q(state__in=["answered", "refused"]),
                name="request_one_open_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} request {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("compliance:request", args=[self.code])

    @property
    def masked(self) -> str:
        """The identifier for lists: `a***@example.org`."""
        name, at, host = self.identifier.partition("@")
        return f"{name[:1]}***{at}{host}"

    @property
    def is_open(self) -> bool:
        return self.state not in self.CLOSED

    @property
    def days_left(self) -> int:
        return (self.due_on - timezone.localdate()).days

    @property
    def due_text(self) -> str:
        days = self.days_left
        return f"{-days} days late" if days < 0 else "due today" if days == 0 else f"{days} days left"

    @property
    def tone(self) -> str:
        """The colour of its stage on pages."""
        tones = {"answered": "ok", "refused": "neutral", "attention": "bad", "collected": "warn"}
        return tones.get(self.state, "info")

    @property
    def law_label(self) -> str:
        return clocks()[self.law].label

    @property
    def job_subject(self) -> str:
        return f"request:{self.code}"

    def seal_package(self, package: str) -> None:
        self.package_token = cipher.encrypt(package, settings.ENCRYPTION_KEYS)

    def open_package(self) -> str:
        return cipher.decrypt(self.package_token, settings.ENCRYPTION_KEYS)


class StepQuerySet(GuardedQuerySet["RequestStep"]):
    pass


class RequestStep(models.Model):
    """One table that was looked through, with what was found and by which way."""

    class State(models.TextChoices):
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    request = models.ForeignKey(SubjectRequest, models.CASCADE, related_name="steps")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="request_steps")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State)
    rows = models.PositiveIntegerField(default=0)
    ways = models.JSONField(default=list)
    message = models.CharField(max_length=500, blank=True)

    objects = StepQuerySet.as_manager()
    guard: ClassVar[Through] = Through("asset")

    class Meta:
        ordering = ["request", "position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "asset"], name="step_once_per_table"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id}: {self.rows} rows"
