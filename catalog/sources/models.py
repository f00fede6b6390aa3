from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from accesscontrol.secrets import cipher
from catalog.domains.counts import count_of_assets
from catalog.domains.models import Domain
from catalog.sources.check import GIVE_AGAIN, OTHER_KIND, Settings, leads_elsewhere, problems
from catalog.sources.cron import parse

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        return self if user.has_perm(f"catalog.{action}_source") else self.none()

    def scheduled(self) -> Self:
        """Those that are harvested without being asked."""
        return self.exclude(schedule="")

    def for_list(self, reader: User) -> Self:
        """Each with its domain, the number of assets that `reader` may see, the key of `latest_harvest`."""
        harvests: Any = self.model._meta.get_field("harvests").related_model
        latest = harvests.objects.filter(source=OuterRef("pk")).order_by("-began_at", "-pk").values("pk")[:1]
        return self.select_related("domain", "enforcement").annotate(
            asset_count=count_of_assets(self.model, reader), latest_harvest=Subquery(latest)
        )


HARVEST = "catalog.harvest"  # the kind of job that reads a source


class Source(models.Model):
    """A system that the portal reads metadata from. Its secret is encrypted and never shown again."""

    class State(models.TextChoices):
        NEVER = "never", "Never harvested"
        OK = "ok", "Harvested"
        FAILED = "failed", "Failed"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)  # host, port, databases, user, …: no secrets
    secret_token = models.TextField(blank=True, editable=False)
    namespace = models.CharField(max_length=500, blank=True)  # OpenLineage, filled by the connector
    domain = models.ForeignKey(Domain, models.SET_NULL, null=True, blank=True, related_name="sources")
    location = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEVER)
    error = models.CharField(max_length=500, blank=True)
    error_field = models.CharField(max_length=60, blank=True)
    harvested_at = models.DateTimeField(null=True, blank=True)  # the last time that it was read or probed
    schedule = models.CharField(max_length=100, blank=True)  # cron, in the portal's time zone
    scheduled_at = models.DateTimeField(null=True, blank=True)  # how far its schedule was followed
    # A harvest that misses more than this share of a database, in percent, stops; 100 is never.
    fail_safe = models.PositiveSmallIntegerField(default=20)
    probes = models.JSONField(default=dict, blank=True)  # what each database said before the last listing
    version = models.PositiveIntegerField(default=1, editable=False)  # one more at each change by people
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            CheckConstraint(condition=~Q(name=""), name="source_has_a_name"),
            CheckConstraint(condition=Q(fail_safe__lte=100), name="source_fail_safe_is_a_share"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("sources:source", args=[self.code])

    @property
    def subject(self) -> str:
        """What jobs about this source name as their subject."""
        return f"source:{self.code}"

    @property
    def has_secret(self) -> bool:
        return bool(self.secret_token)

    def problems(self, kind: str, settings: Settings, secret: str) -> dict[str, str]:
        """What is wrong with giving this source these, by the name of the field or the setting."""
        wrong = problems(kind, settings)
        if kind != self.kind:
            return {**wrong, "kind": OTHER_KIND}
        if not wrong and self.has_secret and not secret and leads_elsewhere(kind, self.settings, settings):
            return {"password": GIVE_AGAIN}
        return wrong

    def next_harvests(self, number: int = 1) -> list[datetime]:
        """The next moments of the schedule; none without one."""
        if not self.schedule:
            return []
        told = self.scheduled_at or timezone.now()
        return list(islice(parse(self.schedule).following(told, timezone.get_default_timezone()), number))

    def seal(self, secret: str) -> None:
        """Keep `secret` encrypted; an empty one means that the source needs none."""
        self.secret_token = cipher.encrypt(secret, settings.ENCRYPTION_KEYS) if secret else ""

    def open_secret(self) -> str:
        """Return the secret for the connector; raises `cipher.WrongKey`."""
        if not self.secret_token:
            return ""
        return cipher.decrypt(self.secret_token, settings.ENCRYPTION_KEYS)

    def is_secret(self, secret: str) -> bool:
        """Whether `secret` is the one that is kept; one that cannot be opened any more is not."""
        try:
            return self.has_secret and self.open_secret() == secret
        except cipher.WrongKey:
            return False
