from __future__ import annotations

from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.urls import reverse

from accesscontrol.policy.querysets import ByRole, GuardedQuerySet


class PolicySetQuerySet(GuardedQuerySet["PolicySet"]):
    def in_force(self) -> Self:
        return self.filter(state=PolicySet.State.ACTIVE)

    def drafts(self) -> Self:
        return self.filter(state=PolicySet.State.DRAFT)

    def open(self) -> Self:
        """What is not decided yet, or approved and not yet in force."""
        return self.filter(state__in=PolicySet.OPEN)

    def for_list(self) -> Self:
        return self.select_related("author", "approved_by", "base").defer("documents", "effect")


class PolicySet(models.Model):
    """All policies together, as they were, are or may become; only a draft's content ever changes."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Waiting for approval"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        ACTIVE = "active", "In force"
        RETIRED = "retired", "Was in force"

    OPEN = (State.DRAFT, State.SUBMITTED, State.APPROVED)

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    summary = models.CharField(max_length=200)
    documents = models.JSONField()  # the stored forms, by name; see changes.checked
    digest = models.CharField(max_length=64)
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="policy_sets"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    effect = models.JSONField(null=True, blank=True)  # what a simulation found; see services.note_effect
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="approved_policy_sets"
    )
    approved_alone = models.BooleanField(default=False)  # by its author: nobody else could
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)

    objects = PolicySetQuerySet.as_manager()
    guard = ByRole()

    class Meta:
        ordering = ["-number"]
        permissions = [
            ("approve_policyset", "Can approve a change of policies"),
            ("activate_policyset", "Can put approved policies in force"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="active"), name="policyset_one_in_force"
            ),
            CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("author")) | Q(approved_alone=True),
                name="policyset_four_eyes",
            ),
            CheckConstraint(
                condition=~Q(state__in=["approved", "active", "retired"])
                | Q(author__isnull=True)
                | Q(approved_by__isnull=False),
                name="policyset_in_force_is_approved",
            ),
            CheckConstraint(condition=~Q(summary=""), name="policyset_has_a_summary"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.summary}"

    def get_absolute_url(self) -> str:
        return reverse("policysets:set", args=[self.code])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def was_in_force(self) -> bool:
        return self.state == self.State.RETIRED

    def find(self, name: str) -> dict[str, Any] | None:
        """Return the stored form of the policy called `name`."""
        return next((document for document in self.documents if document["name"] == name), None)
