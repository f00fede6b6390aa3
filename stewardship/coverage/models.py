from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, Q

from accesscontrol.policy.querysets import ByRole, GuardedQuerySet
from stewardship.jobs.models import Job

MEASURE = "access.coverage"
SUBJECT = "coverage"


class CoverageReportQuerySet(GuardedQuerySet["CoverageReport"]):
    def finished(self) -> Self:
        return self.filter(result__isnull=False)


class CoverageReport(models.Model):
    """What the policies in force were worth at one moment, worked out by a job."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    actor = models.CharField(max_length=150)
    policies = models.CharField(max_length=64, blank=True)  # digest of those that were measured
    world = models.CharField(max_length=64, blank=True)  # of users, resources and grants then
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    result = models.JSONField(null=True, blank=True)  # Coverage.as_json
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = CoverageReportQuerySet.as_manager()
    guard = ByRole()

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                condition=Q(result__isnull=True, finished_at__isnull=True)
                | Q(result__isnull=False, finished_at__isnull=False),
                name="coverage_finished_with_a_result",
            ),
        ]

    def __str__(self) -> str:
        return f"Coverage of {self.created_at:%Y-%m-%d %H:%M}"
