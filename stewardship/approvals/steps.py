"""The steps of a proposal, copied from its chain when it was made, and who said what in them."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils import timezone

from accesscontrol.identity.models import Team
from stewardship.chains.models import Demand, Who

PERSON = settings.AUTH_USER_MODEL


class ProposalStepQuerySet(models.QuerySet["ProposalStep"]):
    def open(self) -> Self:
        return self.filter(state=ProposalStep.State.OPEN)

    def due(self) -> Self:
        return self.open().filter(due_at__lte=timezone.now())


class ProposalStep(Demand):
    """One step of one proposal; exactly one is open while the proposal is."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        OPEN = "open", "Open"
        DONE = "done", "Done"

    proposal = models.ForeignKey("stewardship.Proposal", models.CASCADE, related_name="steps")
    asked = models.CharField(max_length=1000)  # who decides here, in words
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    opened_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalStepQuerySet.as_manager()

    class Meta(Demand.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Demand.Meta.constraints,
            models.UniqueConstraint(fields=["proposal", "position"], name="proposalstep_once"),
            models.UniqueConstraint(fields=["proposal"], condition=Q(state="open"), name="step_one_open"),
            CheckConstraint(
                condition=Q(state="waiting", opened_at__isnull=True)
                | (~Q(state="waiting") & Q(opened_at__isnull=False)),
                name="step_opened_when_open",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=Q(state="open"), name="step_due")
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.asked}"

    def begin(self) -> None:
        """Set the step open, with its due time, without saving it."""
        self.state, self.opened_at, self.escalated_at = ProposalStep.State.OPEN, timezone.now(), None
        self.due_at = self.opened_at + timedelta(days=self.days) if self.days else None


class Decider(models.Model):
    """Who may decide in a step; where there are several, any of them."""

    step = models.ForeignKey(ProposalStep, models.CASCADE, related_name="deciders")
    who = models.CharField(max_length=20, choices=Who)
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    person = models.ForeignKey(PERSON, models.CASCADE, null=True, blank=True, related_name="+")
    escalated = models.BooleanField(default=False)  # asked as well, because nobody answered

    class Meta:
        ordering = ["id"]
        constraints = [
            CheckConstraint(
                condition=Q(who="role", team__isnull=True, person__isnull=True)
                | Q(who="team", group__isnull=True, person__isnull=True)
                | Q(who="people", group__isnull=True, team__isnull=True)
                | (
                    ~Q(who__in=["role", "team", "people"])
                    & Q(group__isnull=True, team__isnull=True, person__isnull=True)
                ),
                name="decider_is_of_one_kind",
            ),
        ]

    def __str__(self) -> str:
        return str(Who(self.who).label)


class VoteQuerySet(models.QuerySet["Vote"]):
    def standing(self) -> Self:
        """Those that count: not about what the proposal said before it was changed."""
        return self.filter(is_void=False)


class Vote(models.Model):
    """What one person said about a proposal, in their own name; maybe on behalf of another."""

    proposal = models.ForeignKey("stewardship.Proposal", models.CASCADE, related_name="votes")
    step = models.ForeignKey(ProposalStep, models.CASCADE, related_name="votes")
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+")  # of the proposal: never votes
    actor = models.ForeignKey(PERSON, models.PROTECT, related_name="votes")
    on_behalf_of = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    approves = models.BooleanField()
    reason = models.TextField(blank=True)
    is_void = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    objects = VoteQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            CheckConstraint(condition=~Q(actor=F("author")), name="vote_four_eyes"),
            CheckConstraint(
                condition=Q(on_behalf_of__isnull=True)
                | (~Q(on_behalf_of=F("author")) & ~Q(on_behalf_of=F("actor"))),
                name="vote_on_behalf_of_another",
            ),
            models.UniqueConstraint(
                fields=["proposal", "actor"], condition=Q(is_void=False), name="vote_once_each"
            ),
            models.UniqueConstraint(
                fields=["proposal", "on_behalf_of"],
                condition=Q(is_void=False, on_behalf_of__isnull=False),
                name="vote_once_on_behalf",
            ),
        ]

    def __str__(self) -> str:
        said = "approves" if self.approves else "does not approve"
        return f"{self.actor.label} {said}"
