from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from accesscontrol.policy.querysets import GuardedQuerySet, Through
from catalog.assets.models import Asset, Field
from quality.rules.checks.check import Check
from quality.rules.checks.registry import CHECKS, DIMENSIONS

MEASURABLE = (Asset.Kind.TABLE, Asset.Kind.VIEW, Asset.Kind.TRAINING_SET)  # what has rows to count


def a_share(value: float) -> None:
    """Also refuses NaN, which is neither below nor above anything."""
    if not 0 <= value <= 1:
        raise ValidationError("Write a number between 0 and 1.")


class RuleQuerySet(GuardedQuerySet["Rule"]):
    def enabled(self) -> Self:
        return self.filter(enabled=True)

    def evaluable(self) -> Self:
        """What a run of everything covers: an asset that its source no longer has is left out."""
        return self.enabled().filter(asset__removed_at__isnull=True)

    def for_list(self) -> Self:
        return self.select_related("asset__domain", "field").order_by("asset__name", "name")


class Rule(models.Model):
    """What must be true of an asset's data, as a share that may not fall below a threshold.

    `state`, `value` and `measured_at` repeat the last result, so that no page scans the history.
    """

    class Severity(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"
        CRITICAL = "critical", "Critical"

    class State(models.TextChoices):
        NEVER = "never", "Never run"
        PASS = "pass", "Passed"
        FAIL = "fail", "Failed"
        ERROR = "error", "Not measured"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="rules")
    field = models.ForeignKey(Field, models.CASCADE, null=True, blank=True, related_name="rules")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict, blank=True)
    dimension = models.CharField(  # of its kind; kept so that the database can group by it
        max_length=20, choices=[(name, name) for name in DIMENSIONS], blank=True, editable=False
    )
    threshold = models.FloatField(default=1.0, validators=[a_share])
    severity = models.CharField(max_length=10, choices=Severity, default=Severity.MEDIUM)
    description = models.TextField(blank=True)
    enabled = models.BooleanField(default=True)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEVER, editable=False)
    value = models.FloatField(null=True, editable=False)
    measured_at = models.DateTimeField(null=True, editable=False)

    objects = RuleQuerySet.as_manager()
    guard: ClassVar[Through] = Through("asset")

    class Meta:
        ordering = ["asset", "name"]
        constraints = [
            models.UniqueConstraint(F("asset"), Lower("name"), name="rule_name_once_per_asset"),
            CheckConstraint(condition=~Q(name=""), name="rule_has_a_name"),
            CheckConstraint(
                condition=Q(threshold__gte=0) & Q(threshold__lte=1), name="rule_threshold_is_a_share"
            ),
        ]
        indexes = [models.Index(fields=["state"], condition=Q(enabled=True), name="rule_state")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("quality:rule", args=[self.code])

    def clean(self) -> None:
        """Refuse what could never be measured, by the name of what is wrong."""
        if self.kind not in CHECKS:
            raise ValidationError({"kind": f"Choose one of {', '.join(sorted(CHECKS))}."})
        self.dimension = self.check_kind.dimension
        self.parameters, wrong = self.check_kind.read(self.parameters)
        problems = {**self._name_problem(), **self._field_problem(), **wrong}
        if problems:
            raise ValidationError(problems)

    def _name_problem(self) -> dict[str, str]:
        namesakes = Rule.objects.filter(asset_id=self.asset_id, name__iexact=self.name)
        taken = namesakes.exclude(pk=self.pk).exists()
        return {"name": "The asset has a rule of this name already."} if taken else {}

    def _field_problem(self) -> dict[str, str]:
        if self.field is None:
            return {"field": "Choose the column to check."} if self.check_kind.needs_column else {}
        if not self.check_kind.needs_column:
            return {"field": "This kind of check is about the whole table."}
        if self.field.asset_id != self.asset_id or self.field.removed_at:
            return {"field": "The asset has no such column."}
        return {}

    @property
    def check_kind(self) -> Check:
        return CHECKS[self.kind]

    @property
    def sentence(self) -> str:
        """What the rule asks, for a person."""
        return self.check_kind.says(self.field.name if self.field else "", self.parameters)

    @property
    def definition(self) -> dict[str, Any]:
        """What the log keeps of the rule."""
        return {
            "name": self.name,
            "kind": self.kind,
            "field": self.field.name if self.field else None,
            "parameters": self.parameters,
            "threshold": self.threshold,
            "severity": self.severity,
            "description": self.description,
        }
