from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse
from django.utils import timezone


class Clearance(models.IntegerChoices):
    """How sensitive the data may be that a person works with; ordered, so that policies compare."""

    PUBLIC = 0, "Public"
    INTERNAL = 1, "Internal"
    CONFIDENTIAL = 2, "Confidential"
    RESTRICTED = 3, "Restricted"


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """All teams, for those whose roles show them."""
        return self if user.has_perm(f"accesscontrol.{action}_team") else self.none()


class Team(models.Model):
    """People who answer for things together."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        permissions = [("discover_team", "Can discover teams: who is in them, what they answer for")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("teams:team", args=[self.code])


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """All accounts, for those whose roles show them."""
        return self if user.has_perm(f"accesscontrol.{action}_user") else self.none()


class PortalUserManager(UserManager["User"]):
    """Django's manager under our name: `createsuperuser` and logins use it."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: User, action: str = "view") -> UserQuerySet:
        return self.get_queryset().visible_to(user, action)


class User(AbstractUser):
    """A person, or a service account, with the attributes that policies read; roles are groups."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    email = models.EmailField(blank=True)
    department = models.CharField(max_length=100, blank=True)
    clearance = models.PositiveSmallIntegerField(choices=Clearance, default=Clearance.INTERNAL)
    location = models.CharField(max_length=100, blank=True)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="members")
    is_service = models.BooleanField("service account", default=False)

    objects: ClassVar[PortalUserManager] = PortalUserManager()

    class Meta:
        ordering = ["username"]
        permissions = [
            ("discover_user", "Can discover people: name, team, what they answer for"),
            ("evaluate_decision", "Can ask what other people may do"),
            ("assert_properties", "Can vouch for properties that the portal does not store"),
        ]
        constraints = [
            CheckConstraint(condition=Q(clearance__lte=3), name="user_clearance_is_a_level"),
            CheckConstraint(
                condition=Q(is_service=False) | Q(is_superuser=False, is_staff=False),
                name="user_service_accounts_are_no_admins",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("people:person", args=[self.code])

    @property
    def label(self) -> str:
        return self.get_full_name() or self.username


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Everybody's own, and nobody else's."""
        return self.filter(user=user)

    def live(self) -> Self:
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()),
            revoked_at__isnull=True,
            user__is_active=True,
        )


class ApiToken(models.Model):
    """A bearer token; only its SHA-256 is kept, the token itself is shown once."""

    class Scope(models.TextChoices):
        READ = "read", "Read"
        WRITE = "write", "Read and write"
        LINEAGE = "lineage", "Send lineage events"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            CheckConstraint(condition=Q(scopes__len__gt=0), name="token_has_a_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"

    @property
    def state(self) -> str:
        if self.revoked_at:
            return "revoked"
        return "expired" if self._expired(timezone.now()) else "active"

    def _expired(self, moment: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= moment
