from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from accesscontrol.policy.querysets import GuardedQuerySet, PartOf
from catalog.assets.models import Asset, Field

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

has_no_dot = RegexValidator(
    r"\A[^.\x00]*\Z", "A name has no dot: dots stand between the parts of a path, as in PII.Contact."
)


class ClassificationQuerySet(models.QuerySet["Classification"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        return self if user.has_perm(f"catalog.{action}_classification") else self.none()


class Classification(models.Model):
    """A set of tags that answer one question. Of an exclusive one, a thing bears one tag at most."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=60, validators=[has_no_dot])
    description = models.TextField(blank=True)
    exclusive = models.BooleanField("one at most", default=False)
    version = models.PositiveIntegerField(default=1)  # grows with each change

    objects = ClassificationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="classification_once"),
            CheckConstraint(condition=~Q(name="") & ~Q(name__contains="."), name="classification_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('catalog:tags')}#c-{self.code}"


class TagQuerySet(models.QuerySet["Tag"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        return self if user.has_perm(f"catalog.{action}_tag") else self.none()

    def usable(self) -> Self:
        """What may be put on things."""
        return self.filter(deprecated=False)

    def at_or_below(self, path: str) -> Self:
        return self.filter(Q(path=path) | Q(path__startswith=f"{path}."))

    def for_list(self) -> Self:
        return self.select_related("classification", "parent")


class Tag(models.Model):
    """A word that is put on assets and fields; the database keeps its path, see the migration `tags`."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    classification = models.ForeignKey(Classification, models.PROTECT, related_name="tags")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=60, validators=[has_no_dot])
    path = models.CharField(max_length=1000, editable=False, db_index=True)  # "PII.Contact.Email"
    description = models.TextField(blank=True)
    deprecated = models.BooleanField(default=False)  # what bears it keeps it; nothing else gets it
    version = models.PositiveIntegerField(default=1)  # grows with each change

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                "classification", "parent", Lower("name"), name="tag_once_per_parent", nulls_distinct=False
            ),
            CheckConstraint(condition=~Q(name="") & ~Q(name__contains="."), name="tag_has_a_name"),
            CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="tag_is_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.path or self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:tag", args=[self.code])

    @property
    def depth(self) -> int:
        """0 for what stands directly in its classification."""
        return self.path.count(".") - 1


class TagUseQuerySet(GuardedQuerySet["TagUse"]):
    def of_tags(self, path: str) -> Self:
        """Uses of a tag, and of those below it."""
        return self.filter(tag__in=Tag.objects.at_or_below(path))


class TagUse(models.Model):
    """A tag on an asset, or on one of its fields."""

    tag = models.ForeignKey(Tag, models.PROTECT, related_name="uses")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="tag_uses")
    field = models.ForeignKey(Field, models.CASCADE, null=True, blank=True, related_name="tag_uses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    # the tag's classification where it is exclusive: kept by the database, for the two constraints below
    exclusive_in = models.ForeignKey(
        Classification, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = TagUseQuerySet.as_manager()
    guard: ClassVar[PartOf] = PartOf("asset")

    class Meta:
        ordering = ["asset", "field", "tag"]
        constraints = [
            models.UniqueConstraint(
                fields=["tag", "asset", "field"], name="tag_use_once", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["asset", "exclusive_in"], condition=Q(field=None), name="tag_use_asset_exclusive"
            ),
            models.UniqueConstraint(
                fields=["field", "exclusive_in"],
                condition=Q(field__isnull=False),
                name="tag_use_field_exclusive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag} on {self.field or self.asset}"
