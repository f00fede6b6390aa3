from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.urls import reverse

from accesscontrol.policy.querysets import GuardedQuerySet, PartOf
from catalog.assets.models import Asset
from catalog.history.changes import BREAKING, COMPATIBLE, DOCUMENTATION, STRICT


class SchemaVersionQuerySet(GuardedQuerySet["SchemaVersion"]):
    def for_timeline(self) -> Self:
        """The latest first, without the descriptions themselves; `reads` is what their SQL names."""
        rows = self.select_related("harvest", "asset").defer("schema")
        return rows.annotate(reads=F("schema__depends_on")).order_by("-number")


class SchemaVersion(models.Model):
    """What a source said about an asset from one moment on, and what that changed.

    The log of everything that harvests noticed: first sight, changes, and that it went missing, was removed
    or came back. Nothing is ever changed here.
    """

    class Event(models.TextChoices):
        FIRST = "first", "First seen"
        CHANGED = "changed", "Changed"
        MISSING = "missing", "Not seen"
        REMOVED = "removed", "Removed"
        RETURNED = "returned", "Returned"

    class Impact(models.TextChoices):
        BREAKING = BREAKING, "Breaking"
        STRICT = STRICT, "Stricter"
        COMPATIBLE = COMPATIBLE, "Compatible"
        DOCUMENTATION = DOCUMENTATION, "Documentation"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()  # 1, 2, 3 … of this asset
    event = models.CharField(max_length=10, choices=Event)
    impact = models.CharField(max_length=15, choices=Impact, blank=True)
    changes = models.JSONField(default=list)  # of catalog.history.diff.Change.stored
    schema = models.JSONField(default=dict)  # as catalog.harvest.compare.described makes it
    cause = models.JSONField(default=dict)  # of a statement seen at once: actor, statement, at
    harvest = models.ForeignKey(
        "catalog.Harvest", models.SET_NULL, null=True, blank=True, related_name="versions"
    )
    at = models.DateTimeField()

    objects = SchemaVersionQuerySet.as_manager()
    guard: ClassVar[PartOf] = PartOf("asset")

    class Meta:
        ordering = ["asset", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["asset", "number"], name="schema_version_once"),
            CheckConstraint(condition=Q(number__gte=1), name="schema_version_counts_from_one"),
            CheckConstraint(
                condition=~Q(event="changed") | ~Q(impact=""), name="schema_version_change_has_an_impact"
            ),
        ]
        indexes = [
            models.Index(fields=["harvest", "event"], name="schema_version_harvest"),
            models.Index(fields=["-at"], condition=~Q(event="first"), name="schema_version_latest"),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:version", args=[self.asset.code, self.number])

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns as they were, in their order."""
        return list(self.schema.get("columns", ()))
