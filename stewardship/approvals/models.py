from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.urls import reverse

from stewardship.approvals.verbs import VERBS

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Your own, or all with the right to them, about what you may see (`change`: may decide on)."""
        if not user.is_active:
            return self.none()
        if action == "change":
            return self.decidable_by(user)
        mine = Q() if user.has_perm("stewardship.view_proposal") else Q(author=user)
        return self.filter(mine, _about_rows(user, "view"))

    def decidable_by(self, user: User) -> Self:
        """What waits for this person: about what they may change, and not their own."""
        if not user.has_perm("stewardship.change_proposal"):
            return self.none()
        return self.filter(_about_rows(user, "change")).exclude(author=user)

    def about(self, subject: UUID) -> Self:
        return self.filter(subject=subject)

    def open(self) -> Self:
        return self.filter(state=Proposal.State.OPEN)

    def for_list(self) -> Self:
        return self.select_related("author", "decided_by")


def _about_rows(user: User, action: str) -> Q:
    condition = Q(pk__in=[])
    for verb in VERBS.values():
        condition |= Q(verb=verb.name, subject__in=verb.rows(user, action).values("code"))
    return condition


class Proposal(models.Model):
    """A verb with its arguments, waiting for somebody who may do it. Approving it runs it."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    verb = models.CharField(max_length=60)
    subject = models.UUIDField()
    subject_label = models.CharField(max_length=1000)
    subject_url = models.CharField(max_length=300)
    before = models.JSONField()
    after = models.JSONField()
    base_version = models.PositiveIntegerField()
    reason = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("author")),
                name="proposal_four_eyes",
            ),
            CheckConstraint(
                condition=Q(state__in=["open", "withdrawn"], decided_by__isnull=True)
                | Q(state__in=["approved", "rejected"], decided_by__isnull=False),
                name="proposal_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["verb", "subject", "author"],
                condition=Q(state="open"),
                name="proposal_one_open_each",
            ),
        ]
        indexes = [models.Index(fields=["subject", "state"], name="proposal_subject")]

    def __str__(self) -> str:
        return f"{self.label}: {self.subject_label}"

    def get_absolute_url(self) -> str:
        return reverse("approvals:proposal", args=[self.code])

    @property
    def label(self) -> str:
        verb = VERBS.get(self.verb)
        return verb.label if verb else self.verb

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Return (field, old, new) of what would change."""
        return [(key, str(self.before.get(key) or ""), str(self.after[key] or "")) for key in self.after]
