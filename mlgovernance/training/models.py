from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse

from accesscontrol.policy.querysets import GuardedQuerySet, Through
from catalog.assets.models import Asset
from mlgovernance.registry.models import ModelVersion
from mlgovernance.training.values import not_a_number, storable


def a_document(value: object) -> None:
    if problem := storable(value):
        raise ValidationError(problem)


def numbers(value: dict[str, object]) -> None:
    if problem := not_a_number(value):
        raise ValidationError(problem)


class TrainingRunQuerySet(GuardedQuerySet["TrainingRun"]):
    """Seen by who sees the model's asset."""


class TrainingRun(models.Model):
    """One training of a model version: what went in, with which settings, and what came out."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        COMPLETE = "complete", "Complete"
        FAILED = "failed", "Failed"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    model_version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="training_runs")
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    hyperparameters = models.JSONField(default=dict, blank=True, validators=[a_document])
    metrics = models.JSONField(default=dict, blank=True, validators=[a_document, numbers])
    environment = models.JSONField(default=dict, blank=True, validators=[a_document])
    code_version = models.CharField(max_length=100, blank=True)  # a commit
    error = models.CharField(max_length=500, blank=True)
    created_by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TrainingRunQuerySet.as_manager()
    guard: ClassVar[Through] = Through("model_version__asset")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            CheckConstraint(
                condition=Q(status="running", finished_at__isnull=True)
                | Q(~Q(status="running"), finished_at__isnull=False),
                name="training_finished_has_a_moment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.model_version} ({self.status})"

    def get_absolute_url(self) -> str:
        return f"{reverse('ml:model', args=[self.model_version.code])}#run-{self.code}"


class TrainingDataQuerySet(GuardedQuerySet["TrainingData"]):
    """Seen by who sees the dataset itself: a model's page names no dataset that is hidden from its reader."""


class TrainingData(models.Model):
    """A dataset that a run read, and for what."""

    class Split(models.TextChoices):
        TRAIN = "train", "Training"
        VALIDATION = "validation", "Validation"
        TEST = "test", "Test"

    run = models.ForeignKey(TrainingRun, models.CASCADE, related_name="data")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="used_in_training")
    split = models.CharField(max_length=10, choices=Split, default=Split.TRAIN)

    objects = TrainingDataQuerySet.as_manager()
    guard: ClassVar[Through] = Through("asset")

    class Meta:
        ordering = ["run", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "asset", "split"], name="training_data_once"),
        ]

    def __str__(self) -> str:
        return f"{self.asset} ({self.split})"
