from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accesscontrol.grants.answering import about_mine, about_orphans
from accesscontrol.grants.models import Grant

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

PERSON = settings.AUTH_USER_MODEL


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """All for who holds the right; else those in which something is yours to decide."""
        if user.has_perm(f"stewardship.{action}_campaign"):
            return self
        mine = Item.objects.decidable_by(user).filter(campaign=OuterRef("pk"))
        return self.filter(Exists(mine)) if action == "view" else self.none()

    def due(self) -> Self:
        return self.filter(closed_at__isnull=True, due_at__lte=timezone.now())

    def for_list(self) -> Self:
        """Each with its number of grants, `total`, and of decided ones, `done`."""
        decided = Count("items", filter=~Q(items__decision=""))
        return self.select_related("started_by").annotate(total=Count("items"), done=decided).order_by("-id")


class Campaign(models.Model):
    """Every live grant is looked at again; what nobody confirms by the due date is revoked."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=60, blank=True)  # its slug; empty: all grants
    due_at = models.DateTimeField()
    started_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(condition=~Q(name=""), name="campaign_has_a_name"),
            CheckConstraint(condition=Q(due_at__gt=F("started_at")), name="campaign_due_after_start"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("recertification:campaign", args=[self.code])

    @property
    def state(self) -> str:
        return "closed" if self.closed_at else "running"


class ItemQuerySet(models.QuerySet["Item"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """`change`: what is yours to decide; `view`: also all of them for who sees every campaign."""
        if action == "view" and user.has_perm("stewardship.view_campaign"):
            return self
        return self.decidable_by(user)

    def decidable_by(self, user: User) -> Self:
        """About what this person answers for, or with the right what nobody does; never their own."""
        answered = about_mine(user)
        if user.has_perm("accesscontrol.change_grant"):
            answered |= about_orphans() | Q(to_owner=True)
        own = Q(user=user) | Q(group__in=user.groups.values("pk"))
        return self.filter(grant__in=Grant.objects.filter(answered).exclude(own).order_by().values("pk"))

    def open(self) -> Self:
        return self.filter(decision="", campaign__closed_at__isnull=True)

    def for_list(self) -> Self:
        return self.select_related(
            "campaign", "decided_by", "grant__user", "grant__group", "grant__permission", "grant__granted_by"
        )


class Item(models.Model):
    """One grant of a campaign, and what became of it."""

    class Decision(models.TextChoices):
        KEPT = "kept", "Kept"
        REVOKED = "revoked", "Revoked"
        LAPSED = "lapsed", "Revoked: nobody confirmed it"
        ENDED = "ended", "Ended by itself"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="items")
    grant = models.ForeignKey(Grant, models.CASCADE, related_name="reviews")
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    objects = ItemQuerySet.as_manager()
    mine: bool = False  # for the page: whether its reader decides, and the form that was not accepted
    fault: Any = None

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "grant"], name="campaign_item_once"),
            CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(decision__in=["kept", "revoked"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(decision__in=["lapsed", "ended"], decided_by__isnull=True, decided_at__isnull=False),
                name="campaign_item_decided_wholly",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.grant}"
