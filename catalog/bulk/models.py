from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse

from accesscontrol.policy.querysets import GuardedQuerySet, PartOf
from catalog.assets.models import Asset
from stewardship.jobs.models import Job

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

BULK_EDIT = "catalog.bulk_edit"  # the kind of job that carries one out
KEPT = timedelta(days=14)  # what nobody started


class BulkEditQuerySet(models.QuerySet["BulkEdit"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Everybody's own: what somebody searched for is nobody else's concern."""
        return self.filter(author=user) if user.is_active else self.none()

    def prepared(self) -> Self:
        """Not started."""
        return self.filter(job__isnull=True)

    def forgettable(self, now: datetime) -> Self:
        """Prepared long ago, and never started."""
        return self.prepared().filter(created_at__lt=now - KEPT)

    def for_list(self) -> Self:
        return self.select_related("job", "author", "undoes", "undone_by")


class BulkEdit(models.Model):
    """One change of many assets: selected, looked at, then carried out by a job, asset by asset."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bulk_edits")
    query = models.TextField(blank=True)  # the query string that selected; empty for picked ones
    wishes = models.JSONField(default=dict)  # see catalog/bulk/wishes.py
    propose = models.BooleanField(default=False)  # what the author may not change
    reason = models.TextField(blank=True)  # of the proposals
    undoes = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="undone_by", editable=False
    )
    job = models.OneToOneField(Job, models.PROTECT, null=True, blank=True, related_name="bulk_edit")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BulkEditQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                condition=Q(undoes__isnull=True) & ~Q(wishes={}) | Q(undoes__isnull=False, wishes={}),
                name="bulk_edit_sets_or_undoes",
            ),
            CheckConstraint(condition=Q(propose=False) | ~Q(reason=""), name="bulk_edit_says_why"),
        ]

    def __str__(self) -> str:
        return f"Bulk edit of {self.created_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:bulk-edit", args=[self.code])

    @property
    def subject(self) -> str:
        """What its job names as its subject."""
        return f"bulk_edit:{self.code}"

    @property
    def is_busy(self) -> bool:
        return self.job is not None and self.job.is_unfinished

    @property
    def has_ended(self) -> bool:
        return self.job is not None and not self.job.is_unfinished


class BulkItemQuerySet(GuardedQuerySet["BulkItem"]):
    def waiting(self) -> Self:
        return self.filter(state=BulkItem.State.WAITING)

    def changed(self) -> Self:
        return self.filter(state=BulkItem.State.CHANGED)

    def for_list(self) -> Self:
        return self.select_related("asset").order_by("pk")


class BulkItem(models.Model):
    """One asset of a bulk edit: what was to be expected of it, and what became of it."""

    class Expected(models.TextChoices):
        CHANGE = "change", "Will change"
        SAME = "same", "Says so already"
        REFUSED = "refused", "Not yours to change"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        CHANGED = "changed", "Changed"
        SAME = "same", "Said so already"
        PROPOSED = "proposed", "Proposed"
        SKIPPED = "skipped", "Skipped"
        STALE = "stale", "Changed meanwhile"

    edit = models.ForeignKey(BulkEdit, models.CASCADE, related_name="items")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="bulk_items")
    version = models.PositiveIntegerField()  # of the asset, when its author looked
    expected = models.CharField(max_length=8, choices=Expected)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    note = models.CharField(max_length=500, blank=True)  # why it was not changed
    before = models.JSONField(default=dict)  # what was said, of what changed; of an undo, what must stand
    after = models.JSONField(default=dict)  # what is said now; of an undo, what to say again

    objects = BulkItemQuerySet.as_manager()
    guard: ClassVar[PartOf] = PartOf("asset")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["edit", "asset"], name="bulk_item_once"),
            CheckConstraint(
                condition=Q(state__in=["waiting", "changed", "same", "proposed", "skipped", "stale"]),
                name="bulk_item_state_known",
            ),
            CheckConstraint(
                condition=Q(expected__in=["change", "same", "refused"]), name="bulk_item_expected_known"
            ),
            CheckConstraint(
                condition=~Q(state="changed") | ~Q(after={}), name="bulk_item_knows_what_changed"
            ),
            CheckConstraint(
                condition=~Q(state__in=["skipped", "stale"]) | ~Q(note=""), name="bulk_item_says_why_not"
            ),
        ]
        indexes = [models.Index(fields=["edit", "state"], name="bulk_item_state")]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.asset_id}"
