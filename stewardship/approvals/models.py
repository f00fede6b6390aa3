from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, CheckConstraint, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.urls import reverse

from stewardship.approvals import deciding
from stewardship.approvals.steps import ProposalStep
from stewardship.approvals.verbs import VERBS
from stewardship.approvals.wording import said
from stewardship.chains.models import Chain

if TYPE_CHECKING:
    from datetime import datetime

    from accesscontrol.identity.models import User


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Your own, or all with the right to them, about what you may see (`change`: may decide on)."""
        if not user.is_active:
            return self.none()
        if action == "change":
            return self.decidable_by(user)
        mine = Q() if user.has_perm("stewardship.view_proposal") else Q(author=user)
        return self.filter(mine, deciding.about(user, "view"))

    def decidable_by(self, user: User) -> Self:
        """What waits for this person: what they may change and are asked about, and not their own."""
        return self.open().filter(deciding.decidable(user)) if user.is_active else self.none()

    def about(self, subject: UUID) -> Self:
        return self.filter(subject=subject)

    def open(self) -> Self:
        return self.filter(state=Proposal.State.OPEN)

    def for_list(self) -> Self:
        return self.select_related("author", "decided_by")

    def for_api(self) -> Self:
        steps = ("steps__votes__actor", "steps__votes__on_behalf_of")
        return self.select_related("author", "decided_by", "chain").prefetch_related(*steps)

    def for_inbox(self, user: User) -> Self:
        """What waits for `user`, the most urgent first: each with `due_at`, and whether it is `mine`."""
        step = ProposalStep.objects.open().filter(proposal=OuterRef("pk"))
        mine = ExpressionWrapper(deciding.personal(user), output_field=BooleanField())
        rows = self.decidable_by(user).for_list().annotate(due_at=Subquery(step.values("due_at")), mine=mine)
        return rows.order_by(F("due_at").asc(nulls_last=True), "pk")


class Proposal(models.Model):
    """A verb with its arguments, waiting for those who may do it. The last approval runs it."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        SENT_BACK = "sent_back", "Sent back"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

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
    chain = models.ForeignKey(Chain, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProposalQuerySet.as_manager()
    due_at: datetime | None  # of the open step, and whether it is asked of the reader: see for_inbox
    mine: bool

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("author")),
                name="proposal_four_eyes",
            ),
            CheckConstraint(
                condition=Q(state__in=["open", "withdrawn", "expired"], decided_by__isnull=True)
                | Q(state__in=["approved", "rejected", "sent_back"], decided_by__isnull=False),
                name="proposal_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["verb", "subject", "author"],
                condition=Q(state="open"),
                name="proposal_one_open_each",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "state"], name="proposal_subject"),
            models.Index(fields=["id"], condition=Q(state="open"), name="proposal_open"),
        ]

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
        """Return (field, old, new) of what would change, in words."""
        return [
            (self.called(key), self.shown(key, self.before.get(key)), self.shown(key, self.after[key]))
            for key in self.after
        ]

    @property
    def asked(self) -> str:
        """What is proposed in one line, without the values."""
        return f"{self.label}: {', '.join(sorted(map(self.called, self.after)))}"

    def called(self, key: str) -> str:
        """What people call a field."""
        verb = VERBS.get(self.verb)
        return verb.called(key) if verb else key

    def shown(self, key: str, value: Any) -> str:
        """The words for a value of a field."""
        verb = VERBS.get(self.verb)
        return verb.show(key, value) if verb and verb.show else said(value)
