from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q

from stewardship.subjects.models import About, AboutQuerySet

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class FollowQuerySet(AboutQuerySet["Follow"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Your own and nobody else's, and of those none of what is hidden from you now."""
        return self.seen_by(user).filter(user=user)


class Follow(About):
    """Somebody wants to be told what happens to a thing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "about_type", "about_code"], name="follow_once"),
            CheckConstraint(condition=~Q(about_type=""), name="follow_is_about_something"),
        ]
        indexes = [models.Index(fields=["about_type", "about_code"], name="follow_about")]

    def __str__(self) -> str:
        return f"{self.user} follows one {self.about_type}"
