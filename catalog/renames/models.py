from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.urls import reverse

from catalog.assets.models import Asset

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class RenameProposalQuerySet(models.QuerySet["RenameProposal"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Who may see both assets; `change`: who may change both."""
        if not user.is_active or not user.has_perm(f"catalog.{action}_asset"):
            return self.none()
        seen = Asset.objects.visible_to(user, action).order_by().values("pk")
        return self.filter(old__in=seen, new__in=seen)

    def waiting(self) -> Self:
        """To be decided, and not overtaken: the old one is still away and the new one is there."""
        away = Q(old__removed_at__isnull=False) | Q(old__missed_at__isnull=False)
        return self.filter(away, state=RenameProposal.State.OPEN, new__removed_at__isnull=True)

    def for_list(self) -> Self:
        rows = self.select_related("old", "new", "decided_by")
        return rows.order_by("-pk")


class RenameProposal(models.Model):
    """An asset that its source is without, and one that came, which may be the same thing."""

    class Confidence(models.TextChoices):
        CERTAIN = "certain", "Certain"
        LIKELY = "likely", "Likely"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    old = models.ForeignKey(Asset, models.CASCADE, related_name="renamed_to", db_index=False)
    new = models.ForeignKey(Asset, models.CASCADE, related_name="renamed_from")
    confidence = models.CharField(max_length=8, choices=Confidence)
    why = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="decided_renames"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    objects = RenameProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="rename_once"),
            models.UniqueConstraint(fields=["old"], condition=Q(state="open"), name="rename_one_open_of_old"),
            models.UniqueConstraint(fields=["new"], condition=Q(state="open"), name="rename_one_open_of_new"),
            models.UniqueConstraint(
                fields=["new"], condition=Q(state="accepted"), name="rename_one_accepted_of_new"
            ),
            CheckConstraint(condition=~Q(old=F("new")), name="rename_of_two_assets"),
            CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="rename_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:rename", args=[self.code])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
