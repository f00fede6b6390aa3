from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse

from catalog.assets.choices import Kind

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

is_name = RegexValidator(
    r"\A[a-z][a-z0-9_]*\Z", "Write small letters, digits and _, beginning with a letter."
)


class PropertyQuerySet(models.QuerySet["Property"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        return self if user.has_perm(f"catalog.{action}_property") else self.none()

    def of_kind(self, kind: str) -> Self:
        """What assets of a kind may have; a property without kinds is for all of them."""
        return self.filter(Q(kinds=[]) | Q(kinds__contains=[kind]))


class Property(models.Model):
    """What this company wants to know of its assets besides. The values are in Asset.properties.

    One that something has keeps its name and type, and is not deleted: see the migration `properties`.
    """

    class Type(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        BOOLEAN = "boolean", "Yes or no"
        DATE = "date", "Date"
        CHOICE = "choice", "Choice"
        URL = "url", "Address"
        PERSON = "person", "Person"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=40, unique=True, validators=[is_name])
    label = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    type = models.CharField(max_length=10, choices=Type)
    choices = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=20, choices=Kind), default=list, blank=True)
    required = models.BooleanField(default=False)  # counts in the completeness of what may have it
    version = models.PositiveIntegerField(default=1)  # grows with each change

    objects = PropertyQuerySet.as_manager()

    class Meta:
        ordering = ["label", "name"]
        verbose_name_plural = "properties"
        constraints = [
            CheckConstraint(condition=~Q(name="") & ~Q(label=""), name="property_has_a_name"),
            CheckConstraint(
                condition=Q(type__in=["text", "number", "boolean", "date", "choice", "url", "person"]),
                name="property_type_is_known",
            ),
            CheckConstraint(
                condition=(Q(type="choice") & ~Q(choices=[])) | (~Q(type="choice") & Q(choices=[])),
                name="property_choices_of_a_choice",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("catalog:properties")
