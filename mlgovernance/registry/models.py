from __future__ import annotations

from typing import ClassVar, Self
from uuid import uuid4

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse

from accesscontrol.policy.querysets import GuardedQuerySet, Through
from catalog.assets.models import Asset

NAME = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9_. +-]*\Z", "Begin with a letter or digit; then also . _ + - and blanks."
)


class ModelVersionQuerySet(GuardedQuerySet["ModelVersion"]):
    def for_list(self) -> Self:
        return self.select_related("asset__owner", "asset__domain")

    def named(self, name: str, version: str) -> Self:
        return self.filter(name=name, version=version)


class ModelVersion(models.Model):
    """One version of a trained model: where it stands in its life, and whether it was approved."""

    class Status(models.TextChoices):
        DEVELOPMENT = "development", "Development"
        TESTING = "testing", "Testing"
        PRODUCTION = "production", "Production"
        DEPRECATED = "deprecated", "Deprecated"

    class Governance(models.TextChoices):
        PENDING = "pending_review", "Pending review"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    asset = models.OneToOneField(Asset, models.PROTECT, related_name="model_version")
    name = models.CharField(max_length=200, validators=[NAME])
    version = models.CharField(max_length=60, validators=[NAME])
    model_type = models.CharField(max_length=100, blank=True)  # "classifier", "RandomForest", …
    description = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.DEVELOPMENT)
    governance_status = models.CharField(
        max_length=15, choices=Governance, default=Governance.PENDING, editable=False
    )
    reviewed_by = models.CharField(max_length=150, blank=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, editable=False)
    review_reason = models.TextField(blank=True, editable=False)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ModelVersionQuerySet.as_manager()
    guard: ClassVar[Through] = Through("asset")

    class Meta:
        ordering = ["name", "-pk"]
        permissions = [("review_modelversion", "Can approve or reject a model version")]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="model_version_once"),
            CheckConstraint(
                condition=Q(governance_status="pending_review", reviewed_at__isnull=True)
                | Q(~Q(governance_status="pending_review"), ~Q(reviewed_by=""), reviewed_at__isnull=False),
                name="model_decided_by_somebody",
            ),
            CheckConstraint(
                condition=Q(governance_status="pending_review") | ~Q(reviewed_by=models.F("created_by")),
                name="model_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("ml:model", args=[self.code])

    @property
    def is_pending(self) -> bool:
        return self.governance_status == self.Governance.PENDING
