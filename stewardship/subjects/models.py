from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q

from stewardship.subjects.registry import KINDS

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

M = TypeVar("M", bound=models.Model, covariant=True)


class AboutQuerySet(models.QuerySet[M]):
    """Rows that are about something: who may not see that does not see them either."""

    def about(self, kind: str, code: UUID) -> Self:
        return self.filter(about_type=kind, about_code=code)

    def seen_by(self, user: User) -> Self:
        return self.filter(seen(user)) if user.is_active else self.none()

    def answered_by(self, user: User) -> Self:
        """About what this person answers for."""
        allowed = Q(pk__in=())
        for kind in KINDS.values():
            mine = kind.answered_by(user).filter(code=OuterRef("about_code")).order_by()
            allowed |= Q(Exists(mine), about_type=kind.name)
        return self.filter(allowed)


def seen(user: User, kinds: Collection[str] | None = None) -> Q:
    """It is about what `user` may see; of these `kinds` only, where some are named."""
    allowed = Q(pk__in=())
    for kind in KINDS.values():
        if kinds is None or kind.name in kinds:
            rows = kind.rows(user).filter(code=OuterRef("about_code")).order_by()
            allowed |= Q(Exists(rows), about_type=kind.name)
    return allowed


class About(models.Model):
    """`about_type` is a name of registry.KINDS; `about_code` the public code of one of its rows."""

    about_type = models.CharField(max_length=40)
    about_code = models.UUIDField()

    class Meta:
        abstract = True
