from __future__ import annotations

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Case, CheckConstraint, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber

from accesscontrol.policy.querysets import GuardedQuerySet, Through
from quality.rules.models import Rule
from stewardship.jobs.models import Job

WORST_FIRST = ["critical", "high", "medium", "low"]


class ResultQuerySet(GuardedQuerySet["Result"]):
    def newest(self, number: int) -> Self:
        """The last `number` results of each rule, the newest first."""
        place = Window(RowNumber(), partition_by=F("rule"), order_by=F("pk").desc())
        return self.annotate(place=place).filter(place__lte=number).order_by("rule", "-pk")


class Result(models.Model):
    """What one run found out about one rule. A run that could not measure says so, and is no pass."""

    class Status(models.TextChoices):
        PASS = "pass", "Passed"
        FAIL = "fail", "Failed"
        ERROR = "error", "Not measured"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="results")
    status = models.CharField(max_length=10, choices=Status)
    value = models.FloatField(null=True)
    threshold = models.FloatField()  # as it was asked then
    counted = models.BigIntegerField(null=True)  # rows or values that were judged
    detail = models.CharField(max_length=500)
    measured_at = models.DateTimeField()
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    objects = ResultQuerySet.as_manager()
    guard: ClassVar[Through] = Through("rule__asset")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            CheckConstraint(
                condition=Q(status="error", value__isnull=True)
                | Q(status="pass", value__gte=F("threshold"))
                | Q(status="fail", value__lt=F("threshold")),
                name="result_status_follows_value",
            )
        ]
        indexes = [models.Index(fields=["rule", "-id"], name="result_history")]

    def __str__(self) -> str:
        return f"{self.status}: {self.detail}"


class ViolationQuerySet(GuardedQuerySet["Violation"]):
    def unresolved(self) -> Self:
        return self.exclude(state=Violation.State.RESOLVED)

    def worst_first(self) -> Self:
        ranks = [When(severity=name, then=Value(rank)) for rank, name in enumerate(WORST_FIRST)]
        rank = Case(*ranks, default=Value(len(ranks)), output_field=IntegerField())
        return self.order_by(rank, "opened_at")

    def for_list(self) -> Self:
        return self.select_related("rule__asset", "rule__field")


class Violation(models.Model):
    """A rule that stays broken: opened by the first failure, closed by the first pass or by a person."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        IN_PROGRESS = "in_progress", "In progress"
        RESOLVED = "resolved", "Resolved"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="violations")
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    severity = models.CharField(max_length=10, choices=Rule.Severity)
    threshold = models.FloatField()
    value = models.FloatField()  # at the opening
    last_value = models.FloatField()
    opened_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()  # of the last failing run
    acknowledged_by = models.CharField(max_length=150, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=150, blank=True)
    note = models.TextField(blank=True)

    objects = ViolationQuerySet.as_manager()
    guard: ClassVar[Through] = Through("rule__asset")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule"], condition=~Q(state="resolved"), name="violation_one_open_per_rule"
            ),
            CheckConstraint(
                condition=Q(state="resolved", resolved_at__isnull=False)
                | Q(~Q(state="resolved"), resolved_at__isnull=True),
                name="violation_resolved_has_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["state", "severity"], name="violation_state")]

    def __str__(self) -> str:
        return f"{self.rule} ({self.state})"

    def get_absolute_url(self) -> str:
        return f"{self.rule.get_absolute_url()}#violations"

    @property
    def is_open(self) -> bool:
        return self.state != self.State.RESOLVED
