from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.urls import reverse

from accesscontrol.policy.document import in_order
from accesscontrol.policy.guards import ByRole, GuardedQuerySet


def assets_only() -> list[str]:
    return ["asset"]


class PolicyQuerySet(GuardedQuerySet["Policy"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class Policy(models.Model):
    """A permit or a forbid, stored in the JSON form in which it is written and exchanged."""

    class Effect(models.TextChoices):
        PERMIT = "permit"
        FORBID = "forbid"

    class OnMissing(models.TextChoices):
        APPLY = "apply"
        SKIP = "skip"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    effect = models.CharField(max_length=6, choices=Effect, default=Effect.PERMIT)
    actions = ArrayField(models.CharField(max_length=50))
    resource_types = ArrayField(models.CharField(max_length=50), default=assets_only)
    conditions = models.JSONField(default=list, blank=True)
    on_missing = models.CharField(max_length=5, choices=OnMissing, default=OnMissing.APPLY)
    obligations = models.JSONField(default=list, blank=True)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    overridable_by_break_glass = models.BooleanField(default=False)
    is_active = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    objects = PolicyQuerySet.as_manager()
    guard = ByRole()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "policies"
        permissions = [("explain_policy", "Can see why a decision fell as it did")]
        constraints = [
            CheckConstraint(condition=~Q(name=""), name="policy_has_name"),
            CheckConstraint(condition=Q(effect__in=["permit", "forbid"]), name="policy_effect_is_known"),
            CheckConstraint(condition=Q(on_missing__in=["apply", "skip"]), name="policy_on_missing_is_known"),
            CheckConstraint(condition=Q(actions__len__gt=0), name="policy_has_an_action"),
            CheckConstraint(condition=Q(resource_types__len__gt=0), name="policy_has_a_resource_type"),
            CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="policy_window_is_not_empty"),
            CheckConstraint(condition=Q(version__gt=0), name="policy_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("policies:policy", args=[self.code])

    @property
    def document(self) -> dict[str, Any]:
        """The stored JSON form."""
        return {
            "name": self.name,
            "description": self.description,
            "effect": self.effect,
            "actions": list(self.actions),
            "resource_types": list(self.resource_types),
            "conditions": in_order(self.conditions),
            "on_missing": self.on_missing,
            "obligations": self.obligations,
            "valid_from": _iso(self.valid_from),
            "valid_until": _iso(self.valid_until),
            "overridable_by_break_glass": self.overridable_by_break_glass,
        }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
