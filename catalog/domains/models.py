from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.conf import settings
from django.db import models

from catalog.domains.counts import count_of_assets

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class DomainQuerySet(models.QuerySet["Domain"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        return self if user.has_perm(f"catalog.{action}_domain") else self.none()

    def for_list(self, reader: User) -> Self:
        """Each with its steward and how many assets `reader` may see in it: `asset_count`."""
        return self.select_related("steward").annotate(asset_count=count_of_assets(self.model, reader))


class Domain(models.Model):
    """A part of the business that answers for its data; its steward decides about proposals."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="stewarded_domains"
    )

    objects = DomainQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
