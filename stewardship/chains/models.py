from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse

from accesscontrol.identity.models import Team

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class Who(models.TextChoices):
    """Who is asked. A chain narrows who decides; it gives nobody a right that they do not have."""

    ANYBODY = "anybody", "Anybody who may change it"
    STEWARD = "steward", "The steward of its domain"
    STEWARD_ABOVE = "steward_above", "The steward of the domain above"
    OWNER = "owner", "Its owner"
    BUSINESS_OWNER = "business_owner", "Its business owner"
    ROLE = "role", "A role"
    TEAM = "team", "A team"
    PEOPLE = "people", "People by name"


class Silence(models.TextChoices):
    """What happens when a step is due and nobody has answered. Nothing is ever approved by silence."""

    REMIND = "remind", "Remind them again"
    ESCALATE = "escalate", "Ask somebody else as well"
    EXPIRE = "expire", "Reject it as expired"


class Then(models.TextChoices):
    """Who is asked as well, when a step escalates."""

    NEXT = "next", "Who decides in the next step"
    STEWARD_ABOVE = "steward_above", "The steward of the domain above"
    ROLE = "role", "A role"


class Demand(models.Model):
    """What a step asks for: how many, by when, and what if nobody answers."""

    position = models.PositiveSmallIntegerField()
    needed = models.PositiveSmallIntegerField(default=1)
    days = models.PositiveSmallIntegerField(null=True, blank=True)  # empty: no hurry
    silence = models.CharField(max_length=10, choices=Silence, default=Silence.REMIND)
    then = models.CharField(max_length=20, choices=Then, blank=True)
    then_group = models.ForeignKey(Group, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            CheckConstraint(condition=Q(needed__gte=1, needed__lte=9), name="%(class)s_needed"),
            CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__gte=1, days__lte=365), name="%(class)s_days"
            ),
            CheckConstraint(
                condition=Q(silence="escalate", then__in=["next", "steward_above", "role"])
                | Q(silence__in=["remind", "expire"], then=""),
                name="%(class)s_escalates_to_somebody",
            ),
        ]


class ChainQuerySet(models.QuerySet["Chain"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """All chains, for those whose roles show them."""
        return self if user.is_active and user.has_perm(f"stewardship.{action}_chain") else self.none()

    def for_list(self) -> Self:
        return self.prefetch_related("steps__people", "steps__group", "steps__team", "steps__then_group")


class Chain(models.Model):
    """Who decides about proposals of a verb in a domain, one step after the other."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, unique=True)
    verb = models.CharField(max_length=60, blank=True)  # empty: every verb
    domain = models.UUIDField(null=True, blank=True)  # its code, and those below it; empty: all
    is_active = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    seed = models.CharField(max_length=40, null=True, blank=True, unique=True)  # its name in chains.yaml
    changed_at = models.DateTimeField(auto_now=True)

    objects = ChainQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            CheckConstraint(condition=~Q(name=""), name="chain_has_a_name"),
            models.UniqueConstraint(
                fields=["verb", "domain"],
                condition=Q(is_active=True),
                nulls_distinct=False,
                name="chain_one_active_each",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("chains:chain", args=[self.code])


class ChainStep(Demand):
    """One step of a chain: who is asked."""

    chain = models.ForeignKey(Chain, models.CASCADE, related_name="steps")
    who = models.CharField(max_length=20, choices=Who)
    group = models.ForeignKey(Group, models.SET_NULL, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")

    class Meta(Demand.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Demand.Meta.constraints,
            models.UniqueConstraint(fields=["chain", "position"], name="chainstep_once"),
            CheckConstraint(condition=Q(days__isnull=False), name="chainstep_is_due"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.asked}"

    @property
    def asked(self) -> str:
        """Who decides here, in words."""
        if self.who == Who.ROLE:
            return f"Role {self.group}" if self.group else "A role that is gone"
        if self.who == Who.TEAM:
            return f"Team {self.team}" if self.team else "A team that is gone"
        if self.who == Who.PEOPLE:
            return ", ".join(person.label for person in self.people.all())
        return str(Who(self.who).label)

    @property
    def otherwise(self) -> str:
        """What happens if nobody answers, in words."""
        if self.silence != Silence.ESCALATE:
            return str(Silence(self.silence).label)
        if self.then == Then.ROLE:
            return f"Ask role {self.then_group or 'that is gone'} as well"
        return f"Ask {'who decides next' if self.then == Then.NEXT else 'the steward above'} as well"
