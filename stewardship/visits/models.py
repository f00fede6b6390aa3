from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from stewardship.subjects.models import About, AboutQuerySet

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class VisitQuerySet(AboutQuerySet["Visit"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Your own and nobody else's."""
        return self.seen_by(user).filter(user=user)


class Visit(About):
    """When somebody last looked at a thing: for their own convenience, and shown to nobody else."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "about_type", "about_code"], name="visit_once"),
        ]
        indexes = [models.Index(fields=["user", "-at"], name="visit_latest")]

    def __str__(self) -> str:
        return f"One {self.about_type}, looked at"  # what it was is for who looked
