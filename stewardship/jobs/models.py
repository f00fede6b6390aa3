from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Case, CheckConstraint, Exists, F, OuterRef, Q, When
from django.db.models.functions import Cast, Right
from django.urls import reverse
from django.utils import timezone

from stewardship.jobs.kinds import KINDS, SUBJECTS

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

HEARTBEAT_EVERY = timedelta(seconds=5)
PRESUMED_DEAD_AFTER = timedelta(seconds=45)
MAX_ATTEMPTS = 3
# What a subject "<name>:<code>" is about; the database must not take "quality:all" for a code.
CODE = Case(
    When(subject__regex=r":[0-9a-f-]{36}$", then=Cast(Right("subject", 36), models.UUIDField())),
    output_field=models.UUIDField(),
)


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Your own jobs, and all of them for who holds the right; but none about what is hidden from you."""
        mine = Q() if user.has_perm(f"stewardship.{action}_job") else Q(actor=user.username)
        return self.alias(about=CODE).filter(mine, *_seen(user))

    def unfinished(self) -> Self:
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])

    def about(self, subject: str) -> Self:
        return self.filter(subject=subject)

    def abandoned(self) -> Self:
        """Running without a heartbeat, or queued and never fetched."""
        limit = timezone.now() - PRESUMED_DEAD_AFTER
        return self.filter(
            Q(state=Job.State.RUNNING, heartbeat_at__lt=limit)
            | Q(state=Job.State.QUEUED, heartbeat_at__lt=limit)
        )


def _seen(user: User) -> Iterator[Q]:
    """Yield for each kind of subject: it is not that, or `user` may see which it is."""
    for name, rows in SUBJECTS.items():
        yield ~Q(subject__startswith=f"{name}:") | Q(Exists(rows(user).filter(code=OuterRef("about"))))


class Job(models.Model):
    """One piece of long work. This row is the truth about it; the broker is only a bell."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)  # what it is about: "source:<code>"
    arguments = models.JSONField(default=dict)
    actor = models.CharField(max_length=150)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    message = models.CharField(max_length=500, blank=True)
    log = models.TextField(blank=True)
    result = models.JSONField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()
    UNFINISHED: ClassVar[set[str]] = {State.QUEUED, State.RUNNING}

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                condition=Q(total__isnull=True) | Q(done__lte=F("total")), name="job_done_within_total"
            ),
            CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | Q(state__in=["succeeded", "failed", "cancelled"], finished_at__isnull=False),
                name="job_finished_has_a_moment",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state__in=["queued", "running"]) & ~Q(subject=""),
                name="job_one_at_a_time_per_subject",
            ),
        ]
        indexes = [
            models.Index(
                fields=["heartbeat_at"], condition=Q(state__in=["queued", "running"]), name="job_unfinished"
            ),
            models.Index(fields=["subject", "-id"], name="job_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.state})"

    def get_absolute_url(self) -> str:
        return reverse("jobs:job", args=[self.code])

    @property
    def label(self) -> str:
        kind = KINDS.get(self.kind)
        return kind.label if kind else self.kind

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED
