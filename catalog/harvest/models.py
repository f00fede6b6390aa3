from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from catalog.sources.models import Source
from stewardship.jobs.models import Job

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


COUNTS = ("created", "changed", "returned", "missing", "removed")  # of assets, in the order of telling
LAST_KEPT = 100  # of each source, whatever came of them
KEPT = timedelta(days=7)
NEWS_KEPT = timedelta(days=365)


class HarvestQuerySet(models.QuerySet["Harvest"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Whoever may see the sources may see how they were read."""
        return self if user.has_perm(f"catalog.{action}_source") else self.none()

    def for_list(self) -> Self:
        return self.select_related("source", "job").order_by("-began_at", "-pk")

    def in_state(self, state: str) -> Self:
        """Those in this state; what runs no more, as its job tells, has failed."""
        broken = Q(state="running", job__state__in=[Job.State.FAILED, Job.State.CANCELLED])
        if state == Harvest.State.FAILED:
            return self.filter(Q(state=state) | broken)
        return self.filter(state=state).exclude(broken)

    def forgettable(self, now: datetime) -> Self:
        """Old ones that are not among the last of their source, and of which no schema version tells.

        Those that changed something, or went wrong, only a year later.
        """
        model: Any = self.model
        newest = Window(RowNumber(), partition_by="source", order_by=["-began_at", "-pk"])
        beyond = model.objects.annotate(place=newest).filter(place__gt=LAST_KEPT)
        told = model._meta.get_field("versions").related_model.objects.filter(harvest=OuterRef("pk"))
        states = [Harvest.State.SUCCEEDED, Harvest.State.UNCHANGED]
        dull = Q(state__in=states, **dict.fromkeys(COUNTS, 0))
        old = self.filter(pk__in=beyond.values("pk"), ended_at__lt=now - KEPT).exclude(Exists(told))
        return old.filter(dull | Q(ended_at__lt=now - NEWS_KEPT))


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

    def get_absolute_url(self) -> str:
        return reverse("sources:run", args=[self.code])

    @property
    def subject(self) -> str:
        """What jobs about this harvest name as their subject."""
        return f"harvest:{self.code}"

    @property
    def is_live(self) -> bool:
        """Whether something is still being done about it."""
        return self.state == self.State.RUNNING and (self.job is None or self.job.is_unfinished)

    @property
    def shown_state(self) -> str:
        """Its state; of one that says that it runs, the state of its job, which knows better."""
        return self.job.state if self.job and self.state == self.State.RUNNING else self.state

    @property
    def state_label(self) -> str:
        """The same for people."""
        if self.job and self.state == self.State.RUNNING:
            return str(self.job.get_state_display())
        return str(self.get_state_display())

    @property
    def took(self) -> str:
        """How long it took; empty before its end."""
        if self.ended_at is None:
            return ""
        minutes, seconds = divmod((self.ended_at - self.began_at).total_seconds(), 60)
        return f"{minutes:.0f} min {seconds:.0f} s" if minutes else f"{seconds:.1f} s"

    @property
    def was_stopped(self) -> bool:
        """Whether the fail-safe stopped it, in one database at least."""
        return any(scope["state"] == self.State.STOPPED for scope in self.scopes)

    @property
    def told(self) -> str:
        """What it came to, or what its job says."""
        return self.message or (self.job.message if self.job else "")

    @property
    def counts(self) -> dict[str, int]:
        """What happened to how many assets."""
        return {name: getattr(self, name) for name in COUNTS}

    @property
    def databases(self) -> list[dict[str, Any]]:
        """What was read, one by one."""
        return list(self.scopes)
