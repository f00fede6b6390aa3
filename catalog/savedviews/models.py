from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, Q
from django.db.models.functions import Lower
from django.urls import reverse

from accesscontrol.identity.models import Team, User

LONGEST_NAME, LONGEST_QUERY = 80, 3000


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Your own; to look at, those that somebody shared with your team, too."""
        if not user.is_active:
            return self.none()
        own = Q(owner=user)
        return self.filter(own | Q(team=user.team_id) if action == "view" and user.team_id else own)

    def for_list(self) -> Self:
        return self.select_related("owner", "team")


class SavedView(models.Model):
    """A search with a name. What it finds is found anew by whoever opens it."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views", db_index=False)
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)  # as in an address: q=orders&kind=table
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="saved_views")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="saved_view_once"),
            CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('catalog:search')}?{self.query}"
