from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse

from accesscontrol.policy.querysets import GuardedQuerySet, PartOf
from catalog.assets.models import Asset
from catalog.domains.models import Domain

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


TEXT = ("name", "description", "terms_of_use", "release", "status")  # what people say of a product


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        return self if user.is_active and user.has_perm(f"catalog.{action}_product") else self.none()

    def for_list(self) -> Self:
        return self.select_related("domain", "owner")


class Product(models.Model):
    """Data that a domain offers to others: what goes in, what comes out, and what people should know."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        ACTIVE = "active", "Active"
        DEPRECATED = "deprecated", "Deprecated"
        RETIRED = "retired", "Retired"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True)
    terms_of_use = models.TextField(blank=True)
    domain = models.ForeignKey(Domain, models.SET_NULL, null=True, blank=True, related_name="products")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="owned_products"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    release = models.CharField(max_length=40, blank=True)  # the version that its users know: 2.1
    version = models.PositiveIntegerField(default=1)  # grows with each change
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            CheckConstraint(condition=~Q(name="") & ~Q(slug=""), name="product_has_a_name"),
            CheckConstraint(
                condition=Q(status__in=["draft", "active", "deprecated", "retired"]),
                name="product_status_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("products:product", args=[self.code])


class ProductPortQuerySet(GuardedQuerySet["ProductPort"]):
    pass


class ProductPort(models.Model):
    """An asset that a product reads, or one that it offers."""

    class Direction(models.TextChoices):
        INPUT = "input", "Input"
        OUTPUT = "output", "Output"

    product = models.ForeignKey(Product, models.CASCADE, related_name="ports")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="product_ports")
    direction = models.CharField(max_length=6, choices=Direction)

    objects = ProductPortQuerySet.as_manager()
    guard: ClassVar[PartOf] = PartOf("asset")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "asset", "direction"], name="product_port_once"),
            CheckConstraint(condition=Q(direction__in=["input", "output"]), name="product_port_direction"),
        ]

    def __str__(self) -> str:
        return f"{self.direction} of {self.product_id}"
