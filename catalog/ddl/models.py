from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import CheckConstraint, F, Q

from catalog.ddl.horizon import Cursor
from catalog.sources.models import Source

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class DdlFeedQuerySet(models.QuerySet["DdlFeed"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        return self if user.has_perm(f"catalog.{action}_source") else self.none()


class DdlFeed(models.Model):
    """One database of a source that tells of changes of its schema, and how far it was read.

    The numbers are those of catalog.ddl.horizon.Cursor.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="ddl_feeds")
    database = models.CharField(max_length=200)
    settled = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    before = models.BigIntegerField(default=0)
    done = models.JSONField(default=list)
    last_event_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DdlFeedQuerySet.as_manager()

    class Meta:
        ordering = ["source", "database"]
        constraints = [
            models.UniqueConstraint(fields=["source", "database"], name="ddl_feed_once"),
            CheckConstraint(condition=Q(seen=0) | Q(seen__gte=F("settled")), name="ddl_feed_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.source.name}: {self.database}"

    @property
    def cursor(self) -> Cursor:
        """How far it was read."""
        return Cursor(self.settled, self.seen, self.before, frozenset(self.done))

    def move(self, cursor: Cursor) -> None:
        """Remember how far it was read; not saved yet."""
        self.settled, self.seen, self.before = cursor.settled, cursor.seen, cursor.before
        self.done = sorted(cursor.done)
