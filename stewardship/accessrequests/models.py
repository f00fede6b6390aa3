from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CheckConstraint, ExpressionWrapper, F, Q
from django.urls import reverse
from django.utils import timezone

from accesscontrol.grants.answering import about_mine, about_orphans, about_theirs
from accesscontrol.grants.models import Grant
from stewardship.accessrequests.choices import ACTIONS, CHOICES
from stewardship.delegations.reads import mandates

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

PERSON = settings.AUTH_USER_MODEL
KIND = "access-requests"  # of the inbox


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Your own, those about what you answer for, or all by role; `change` is to decide on them."""
        if not user.is_active:
            return self.none()
        if action == "change":
            return self.decidable_by(user)
        if user.has_perm("accesscontrol.view_grant"):
            return self.filter(Q(requester=user) | Q(content_type__isnull=False))
        return self.filter(Q(requester=user) | about_mine(user))

    def decidable_by(self, user: User) -> Self:
        """What this person answers for and did not ask for; with the right, also what nobody answers."""
        mine = about_mine(user)
        if user.has_perm("accesscontrol.change_grant"):
            overdue = Q(created_at__lte=timezone.now() - CHOICES.escalate_after)
            mine |= Q(content_type__isnull=False) & (Q(unanswered=True) | overdue | about_orphans())
        for mandate in mandates(user, KIND):
            theirs = mandate.covers() & about_theirs(mandate.person, user)
            mine |= theirs & ~Q(requester=mandate.person)
        return self.filter(mine).exclude(requester=user)

    def pending(self) -> Self:
        return self.filter(status=AccessRequest.Status.PENDING, expires_at__gt=timezone.now())

    def with_mine(self, user: User) -> Self:
        """Each with `mine`: whether `user` answers for it, or for somebody who does."""
        mine = about_mine(user)
        for mandate in mandates(user, KIND):
            mine |= mandate.covers() & about_theirs(mandate.person, user)
        return self.annotate(mine=ExpressionWrapper(mine, output_field=models.BooleanField()))

    def lapsed(self) -> Self:
        return self.filter(status=AccessRequest.Status.PENDING, expires_at__lte=timezone.now())

    def for_list(self) -> Self:
        return self.select_related("requester", "decided_by", "on_behalf_of", "grant__permission")


class AccessRequest(models.Model):
    """Somebody needs one thing for a time. What was named may not exist; the row looks the same.

    Status and their names are those of the AuthZEN access request profile. An approval writes a grant.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        APPROVED = "approved", "Approved"
        DENIED = "denied", "Denied"
        EXPIRED = "expired", "Expired"
        CANCELLED = "cancelled", "Cancelled"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    requester = models.ForeignKey(PERSON, models.PROTECT, related_name="access_requests")
    asked_as = models.CharField(max_length=100)  # the code or the stub by which its requester knows it
    content_type = models.ForeignKey(ContentType, models.PROTECT, null=True, blank=True)
    object_pk = models.CharField(max_length=255, blank=True)
    resource = GenericForeignKey("content_type", "object_pk")
    object_label = models.CharField(max_length=1000, blank=True)
    unanswered = models.BooleanField(default=False)  # nobody but the requester answered for it
    action = models.CharField(max_length=20, choices=ACTIONS)
    days = models.PositiveSmallIntegerField()
    reason = models.TextField()
    extends = models.ForeignKey(Grant, models.SET_NULL, null=True, blank=True, related_name="extensions")
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    on_behalf_of = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    grant = models.ForeignKey(Grant, models.SET_NULL, null=True, blank=True, related_name="requests")

    objects = AccessRequestQuerySet.as_manager()
    mine: bool  # see with_mine
    title: str = ""  # as far as a reader may know it: see reads.with_names
    object_url: str = ""

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requester")),
                name="access_request_four_eyes",
            ),
            CheckConstraint(
                condition=Q(on_behalf_of__isnull=True)
                | (~Q(on_behalf_of=F("requester")) & ~Q(on_behalf_of=F("decided_by"))),
                name="access_request_on_behalf_of_another",
            ),
            CheckConstraint(
                condition=Q(status__in=["approved", "denied"], decided_by__isnull=False)
                | Q(status__in=["pending", "expired", "cancelled"], decided_by__isnull=True),
                name="access_request_decided_by_somebody",
            ),
            CheckConstraint(condition=~Q(reason=""), name="access_request_has_a_reason"),
            CheckConstraint(condition=Q(days__gte=1, days__lte=90), name="access_request_days"),
            CheckConstraint(
                condition=Q(content_type__isnull=False) | Q(status__in=["pending", "expired", "cancelled"]),
                name="access_request_decided_about_something",
            ),
            models.UniqueConstraint(
                fields=["requester", "asked_as", "action"],
                condition=Q(status="pending"),
                name="access_request_one_pending_each",
            ),
        ]
        indexes = [
            models.Index(fields=["content_type", "object_pk", "status"], name="access_request_about"),
            models.Index(fields=["expires_at"], condition=Q(status="pending"), name="access_request_open"),
        ]

    def __str__(self) -> str:
        return f"{self.requester.label} asks to {self.action} {self.title or self.asked_as}"

    def get_absolute_url(self) -> str:
        return reverse("access:asked", args=[self.code])

    @property
    def state(self) -> str:
        """The status as it is now, also before the clock has come round to write it down."""
        lapsed = self.status == self.Status.PENDING and self.expires_at <= timezone.now()
        return str(self.Status.EXPIRED if lapsed else self.status)

    @property
    def facts(self) -> dict[str, Any]:
        """What every fact about this request says."""
        return {"subject": str(self.code), "about": self.asked_as, "wanted": self.action}
