from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, Exists, F, Index, OuterRef, Q, UniqueConstraint
from django.db.models.functions import StrIndex
from django.urls import reverse
from django.utils import timezone

from accesscontrol.identity.models import User
from accesscontrol.policy.querysets import ByRole, GuardedQuerySet, Through
from catalog.assets.models import Asset
from lineage.ingest import runs


class EventQuerySet(GuardedQuerySet["Event"]):
    def pending(self) -> Self:
        return self.filter(state=Event.State.PENDING)

    def without_body(self) -> Self:
        """For lists: a body may be megabytes."""
        return self.defer("body")

    def keep(self, events: Sequence[Event]) -> None:
        """Store those whose digest is new, in the order of digests, so that two senders never deadlock."""
        rows = sorted(events, key=lambda event: event.digest)
        self.bulk_create(rows, ignore_conflicts=True, batch_size=100)


@dataclass(frozen=True)
class ByRoleAndNames(ByRole):
    """By role; but an event that tells of something hidden does not exist for its reader.

    What it tells of is what was drawn from it, as far as the name stands in its own text: of a run
    each event tells a part.
    """

    def rows(self, rows: Any, user: User, action: str) -> Any:
        hidden = Asset.objects.hidden_from(user)
        place = StrIndex(OuterRef("body"), F("asset__name"))
        drawn = RunDataset.objects.filter(asset__in=hidden).alias(place=place).filter(place__gt=0)
        job = {"run__job__namespace": OuterRef("namespace"), "run__job__name": OuterRef("name")}
        return (
            super()
            .rows(rows, user, action)
            .exclude(Exists(hidden.filter(namespace=OuterRef("namespace"), name=OuterRef("name"))))
            .exclude(Exists(drawn.filter(run__run_id=OuterRef("run_id"))))
            .exclude(Exists(drawn.filter(run__state=runs.DECLARED, **job)))
        )

    def decide(self, obj: Any, user: User, action: str, env: Any) -> Any:
        decision = super().decide(obj, user, action, env)
        seen = self.rows(type(obj)._default_manager.filter(pk=obj.pk), user, action).exists()
        return decision if seen else replace(decision, allowed=False)


class Event(models.Model):
    """One OpenLineage event exactly as it arrived. The graph can always be drawn again from these rows.

    The digest of its canonical JSON makes sure that the same event is kept once.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        APPLIED = "applied", "Applied"
        REJECTED = "rejected", "Rejected"

    class Kind(models.TextChoices):
        RUN = "run", "Run"
        JOB = "job", "Job"
        DATASET = "dataset", "Dataset"
        UNREADABLE = "unreadable", "Unreadable"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    body = models.TextField()
    size = models.PositiveIntegerField()  # bytes, as it arrived and unpacked
    kind = models.CharField(max_length=10, choices=Kind)
    namespace = models.CharField(max_length=500, blank=True)  # of the job, or of the dataset
    name = models.CharField(max_length=1000, blank=True)
    event_type = models.CharField(max_length=40, blank=True)
    run_id = models.UUIDField(null=True, blank=True)
    producer = models.CharField(max_length=500, blank=True)
    sender = models.CharField(max_length=150)  # user name of the token's owner
    event_time = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    error = models.CharField(max_length=500, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = EventQuerySet.as_manager()
    guard: ClassVar[ByRoleAndNames] = ByRoleAndNames()

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                condition=Q(state="rejected") | Q(error=""), name="event_error_only_when_rejected"
            ),
            CheckConstraint(
                condition=~Q(kind="unreadable") | Q(state="rejected"), name="event_unreadable_is_rejected"
            ),
        ]
        indexes = [
            Index(fields=["id"], condition=Q(state="pending"), name="event_pending"),
            Index(fields=["state", "-id"], name="event_state"),
            Index(fields=["run_id"], name="event_run"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type or self.kind} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("lineage:event", args=[self.code])


class RunQuerySet(GuardedQuerySet["Run"]):
    def executed(self) -> Self:
        return self.exclude(state=Run.State.DECLARED)

    def for_list(self) -> Self:
        return self.executed().select_related("job")


class Run(models.Model):
    """One execution of a job; or, DECLARED, what a job says about itself without running.

    Run ids are the producers' and not always unique, hence unique together with the job.
    """

    class State(models.TextChoices):
        DECLARED = runs.DECLARED, "Declared"
        UNKNOWN = runs.UNKNOWN, "Unknown"
        RUNNING = runs.RUNNING, "Running"
        COMPLETE = runs.COMPLETE, "Complete"
        ABORTED = runs.ABORTED, "Aborted"
        FAILED = runs.FAILED, "Failed"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    run_id = models.UUIDField()
    job = models.ForeignKey(Asset, models.CASCADE, related_name="runs", db_index=False)
    state = models.CharField(max_length=10, choices=State)
    state_at = models.DateTimeField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    nominal_start_at = models.DateTimeField(null=True, blank=True)
    nominal_end_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    parent_run_id = models.UUIDField(null=True, blank=True)
    flows = models.BooleanField(default=False)  # data moved: only then its edges are drawn

    objects = RunQuerySet.as_manager()
    guard: ClassVar[Through] = Through("job")

    class Meta:
        ordering = ["-last_at", "-id"]
        constraints = [UniqueConstraint(fields=["run_id", "job"], name="run_once")]
        indexes = [
            Index(fields=["job", "-last_at"], name="run_of_job"),
            Index(fields=["-last_at", "-id"], name="run_latest"),
            Index(fields=["parent_run_id"], name="run_parent", condition=Q(parent_run_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} ({self.state})"

    @property
    def told(self) -> runs.RunState:
        """What this row says, as a value."""
        return runs.RunState(**{name: getattr(self, name) for name in RUN_STATE})

    def tell(self, state: runs.RunState) -> None:
        for name in RUN_STATE:
            setattr(self, name, getattr(state, name))

    @property
    def seconds(self) -> float | None:
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


RUN_STATE = list(runs.RunState.__dataclass_fields__)


class RunDatasetQuerySet(GuardedQuerySet["RunDataset"]):
    def of_runs(self, run_ids: Any) -> Self:
        return self.filter(run_id__in=run_ids)


class RunDataset(models.Model):
    """A dataset that a run reads or writes; `row_count` is the most that any event of the run said."""

    class Direction(models.TextChoices):
        INPUT = "in", "Input"
        OUTPUT = "out", "Output"

    run = models.ForeignKey(Run, models.CASCADE, related_name="datasets", db_index=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="run_datasets")
    direction = models.CharField(max_length=3, choices=Direction)
    row_count = models.BigIntegerField(null=True, blank=True)

    objects = RunDatasetQuerySet.as_manager()
    guard: ClassVar[Through] = Through("asset")

    class Meta:
        ordering = ["run", "direction", "asset"]
        constraints = [
            UniqueConstraint(fields=["run", "asset", "direction"], name="run_dataset_once"),
            CheckConstraint(
                condition=Q(row_count__isnull=True) | Q(row_count__gte=0),
                name="run_dataset_rows_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.asset_id}"
