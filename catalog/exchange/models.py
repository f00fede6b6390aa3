from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse

from catalog.assets.models import Asset
from stewardship.jobs.models import Job

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

PREVIEW, CARRY_OUT = "catalog.preview_import", "catalog.carry_out_import"  # the kinds of its two jobs
KEPT = timedelta(days=14)  # what nobody started


class MetadataImportQuerySet(models.QuerySet["MetadataImport"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Everybody's own: what a file holds is nobody else's concern."""
        return self.filter(author=user) if user.is_active else self.none()

    def forgettable(self, now: datetime) -> Self:
        """Handed in long ago, never started, and no job is at it."""
        idle = self.filter(job__isnull=True).exclude(preview__in=Job.objects.unfinished())
        return idle.filter(created_at__lt=now - KEPT)

    def for_list(self) -> Self:
        return self.select_related("author", "preview", "job")


class MetadataImport(models.Model):
    """One file of metadata: handed in, compared by a job, looked at, then carried out by another."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="metadata_imports")
    title = models.CharField(max_length=200)  # of the file
    propose = models.BooleanField(default=False)  # what the author may not change
    reason = models.TextField(blank=True)  # of the proposals
    preview = models.OneToOneField(Job, models.PROTECT, null=True, related_name="previewed_import")
    job = models.OneToOneField(Job, models.PROTECT, null=True, blank=True, related_name="metadata_import")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MetadataImportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(condition=Q(propose=False) | ~Q(reason=""), name="metadata_import_says_why"),
        ]

    def __str__(self) -> str:
        return f"Import of {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("exchange:import", args=[self.code])

    @property
    def subject(self) -> str:
        """What its jobs name as their subject."""
        return f"metadata_import:{self.code}"

    @property
    def working(self) -> Job | None:
        """The job that is at it, or was last."""
        return self.job or self.preview

    @property
    def is_busy(self) -> bool:
        return self.working is not None and self.working.is_unfinished

    @property
    def is_compared(self) -> bool:
        return self.preview is not None and self.preview.state == Job.State.SUCCEEDED


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """One's own; and none about an asset that one may not see any more."""
        if not user.is_active:
            return self.none()
        seen = Q(asset__isnull=True) | Q(asset__in=Asset.objects.visible_to(user))
        return self.filter(seen, batch__author=user)

    def waiting(self) -> Self:
        return self.filter(state=ImportRow.State.WAITING)


class ImportRow(models.Model):
    """One row of a file: what it says, what it would do, and what became of it."""

    class Expected(models.TextChoices):
        UNKNOWN = "unknown", "Not compared yet"
        NEW = "new", "New"
        CHANGE = "change", "Will change"
        SAME = "same", "Says so already"
        REFUSED = "refused", "Not yours to change"
        WRONG = "wrong", "Wrong"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Written"
        SAME = "same", "Said so already"
        PROPOSED = "proposed", "Proposed"
        SKIPPED = "skipped", "Skipped"
        STALE = "stale", "Changed meanwhile"

    batch = models.ForeignKey(MetadataImport, models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=20)
    number = models.PositiveIntegerField()  # among the rows of its kind in the file
    place = models.PositiveIntegerField()  # in which it is written: what is named comes first
    label = models.CharField(max_length=500, blank=True)
    said = models.JSONField(default=dict)
    before = models.JSONField(default=dict)  # what was said, of what differs
    asset = models.ForeignKey(Asset, models.CASCADE, null=True, related_name="import_rows")
    version = models.PositiveIntegerField(null=True)  # of what it is about, when it was compared
    expected = models.CharField(max_length=8, choices=Expected, default=Expected.UNKNOWN)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    note = models.CharField(max_length=1000, blank=True)  # what is wrong, or why it was not written

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "place"], name="import_row_place"),
            CheckConstraint(
                condition=~Q(state__in=["skipped", "stale"]) | ~Q(note=""), name="import_row_says_why_not"
            ),
            CheckConstraint(
                condition=~Q(expected="wrong") | ~Q(note=""), name="import_row_says_what_is_wrong"
            ),
        ]
        indexes = [models.Index(fields=["batch", "state"], name="import_row_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}: {self.label}"
