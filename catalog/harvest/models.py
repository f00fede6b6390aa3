from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, F, Q

from catalog.sources.models import Source
from stewardship.jobs.models import Job

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class HarvestQuerySet(models.QuerySet["Harvest"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Whoever may see the sources may see how they were read."""
        return self if user.has_perm(f"catalog.{action}_source") else self.none()

    def for_list(self) -> Self:
        return self.select_related("source", "job").order_by("-began_at")


class Harvest(models.Model):
    """One reading of a source: what was asked for, how far it came, and what the catalog learned.

    `scopes` tells of each database: {"database", "state", "listed", "missing", "message"}.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        UNCHANGED = "unchanged", "Nothing changed"
        PARTIAL = "partial", "In part"
        STOPPED = "stopped", "Stopped for safety"
        FAILED = "failed", "Failed"

    class Reason(models.TextChoices):
        ASKED = "asked", "Asked for"
        SCHEDULE = "schedule", "Schedule"
        STATEMENT = "statement", "Statement seen"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="harvests")
    job = models.OneToOneField(Job, models.SET_NULL, null=True, blank=True, related_name="harvest")
    reason = models.CharField(max_length=10, choices=Reason, default=Reason.ASKED)
    actor = models.CharField(max_length=150)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    message = models.CharField(max_length=500, blank=True)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    scopes = models.JSONField(default=list)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = HarvestQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at"]
        constraints = [
            CheckConstraint(
                condition=Q(state="running", ended_at__isnull=True)
                | (~Q(state="running") & Q(ended_at__gte=F("began_at"))),
                name="harvest_ended_has_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["source", "-began_at"], name="harvest_of_source")]

    def __str__(self) -> str:
        return f"{self.source.name}, {self.began_at:%Y-%m-%d %H:%M}"

    @property
    def counts(self) -> dict[str, int]:
        """What happened to how many assets, in the order in which it is told."""
        names = ("created", "changed", "returned", "missing", "removed")
        return {name: getattr(self, name) for name in names}

    @property
    def databases(self) -> list[dict[str, Any]]:
        """What was read, one by one."""
        return list(self.scopes)
