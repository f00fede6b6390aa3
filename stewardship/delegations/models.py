from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils import timezone

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

PERSON = settings.AUTH_USER_MODEL


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Whose deputy somebody is, the two of them know; `change`: either of them may end it."""
        if not user.is_active:
            return self.none()
        return self.filter(Q(person=user) | Q(deputy=user))

    def open(self, now: Any = None) -> Self:
        """Live, or yet to come."""
        now = now or timezone.now()
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), ended_at__isnull=True)

    def ended(self) -> Self:
        return self.filter(Q(ends_at__lte=timezone.now()) | Q(ended_at__isnull=False))

    def live(self, now: Any = None) -> Self:
        """In force at `now`: a moment, or an expression for one."""
        now = now or timezone.now()
        return self.open(now).filter(starts_at__lte=now, person__is_active=True)

    def for_list(self) -> Self:
        return self.select_related("person", "deputy").order_by("-pk")


class Delegation(models.Model):
    """Somebody stands in for somebody: in everything for a time, or in one thing.

    The deputy decides in their own name, with the right that they have themselves.
    """

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="delegations")
    deputy = models.ForeignKey(PERSON, models.PROTECT, related_name="mandates")
    kind = models.CharField(max_length=60, blank=True)  # of the inbox; empty: everything
    item = models.UUIDField(null=True, blank=True)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # before its time

    objects = DelegationQuerySet.as_manager()
    title: str = ""  # of the item, and its address, as far as a reader may see it: see reads.with_items
    url: str = ""

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(condition=~Q(person=F("deputy")), name="delegation_of_two_people"),
            CheckConstraint(
                condition=Q(kind="", item__isnull=True, ends_at__isnull=False)
                | (~Q(kind="") & Q(item__isnull=False)),
                name="delegation_of_one_thing_or_for_a_time",
            ),
            CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="delegation_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "item"],
                condition=Q(item__isnull=False, ended_at__isnull=True),
                name="delegation_one_of_each_thing",
            ),
        ]
        indexes = [models.Index(fields=["deputy"], condition=Q(ended_at=None), name="delegation_mandates")]

    def __str__(self) -> str:
        return f"{self.deputy.label} for {self.person.label}"

    @property
    def state(self) -> str:
        now = timezone.now()
        if self.ended_at or (self.ends_at and self.ends_at <= now):
            return "ended"
        return "planned" if self.starts_at > now else "live"
