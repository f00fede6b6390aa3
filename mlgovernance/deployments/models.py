from __future__ import annotations

from typing import ClassVar, Self
from uuid import uuid4

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, Q

from accesscontrol.policy.querysets import GuardedQuerySet, Through
from catalog.assets.models import Asset
from mlgovernance.registry.models import ModelVersion

ENVIRONMENT = RegexValidator(r"\A[a-z0-9][a-z0-9_-]*\Z", "Small letters, digits, _ and - only.")


class DeploymentQuerySet(GuardedQuerySet["Deployment"]):
    def active(self) -> Self:
        return self.filter(status=Deployment.Status.ACTIVE)

    def for_list(self) -> Self:
        return self.select_related("model_version", "asset")


class Deployment(models.Model):
    """A model version at work in an environment, until it is retired."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="deployments")
    model_version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="deployments")
    environment = models.CharField(max_length=60, validators=[ENVIRONMENT])
    endpoint = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    deployed_by = models.CharField(max_length=150)
    deployed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = DeploymentQuerySet.as_manager()
    guard: ClassVar[Through] = Through("asset")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["model_version", "environment"],
                condition=Q(status="active"),
                name="deployment_once_per_environment",
            ),
            CheckConstraint(
                condition=Q(status="active", retired_at__isnull=True)
                | Q(status="retired", retired_at__isnull=False),
                name="deployment_retired_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_version} in {self.environment}"

    def get_absolute_url(self) -> str:
        return f"{self.model_version.get_absolute_url()}#deployments"
