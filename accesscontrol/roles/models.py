from django.contrib.auth.models import Group
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse

from accesscontrol.policy.guards import ByRole, GuardedQuerySet

# The floors whose permissions roles are made of, from the ground up.
FLOORS = ("accesscontrol", "stewardship", "catalog", "lineage", "quality", "mlgovernance", "compliance")


class RoleQuerySet(GuardedQuerySet["Role"]):
    """Roles, for those whose own role shows them."""


class Role(Group):
    """One of Django's groups, under the name by which people and policies know it."""

    objects = RoleQuerySet.as_manager()  # type: ignore[misc,assignment]  # instead of Group's own
    guard = ByRole()

    class Meta:
        proxy = True
        ordering = ["name"]

    def get_absolute_url(self) -> str:
        return reverse("roles:role", args=[self.pk])


class Seed(models.Model):
    """A permission that a standard role was given once, or the role itself (`permission` is empty).

    What is listed here is not given again: an administrator who takes it away means it.
    """

    role = models.CharField(max_length=150)
    permission = models.CharField(max_length=200, blank=True)

    class Meta:
        default_permissions = ()  # kept by the portal, not by people
        constraints = [
            UniqueConstraint(fields=["role", "permission"], name="seed_once"),
            CheckConstraint(condition=~Q(role=""), name="seed_has_a_role"),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.permission or 'the role'}"
