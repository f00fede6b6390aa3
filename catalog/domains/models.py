from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, Value
from django.urls import reverse

from catalog.domains.counts import count_of_assets

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

NO_TEXTS = Value([], output_field=ArrayField(models.TextField()))


class DomainQuerySet(models.QuerySet["Domain"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        return self if user.has_perm(f"catalog.{action}_domain") else self.none()

    def for_list(self, reader: User) -> Self:
        """Each with its steward and how many assets `reader` may see in it: `asset_count`."""
        return self.select_related("steward", "answering").annotate(
            asset_count=count_of_assets(self.model, reader)
        )


class Domain(models.Model):
    """A part of the business that answers for its data; its steward decides about proposals.

    Where it has no steward, the steward of the nearest domain above it answers. The database keeps
    `answering`, and refuses a domain that would stand in itself (see the migration `trees`).
    """

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="stewarded_domains"
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    answering = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    # slugs and names from the outermost to its own: kept by the database, see the migration `facets`
    path = ArrayField(models.TextField(), default=list, db_default=NO_TEXTS, editable=False)
    path_names = ArrayField(models.TextField(), default=list, db_default=NO_TEXTS, editable=False)
    version = models.PositiveIntegerField(default=1)  # grows with each change

    objects = DomainQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="domain_is_not_its_own_parent"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:domain", args=[self.code])
