from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from stewardship.subjects.models import seen
from stewardship.subjects.registry import KINDS

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

TITLE_LETTERS = 150
LETTERS = 2000
FOR_EVERYBODY = Q(about_type="")


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """For everybody, or about what you may see, once begun; `change`: where you may announce."""
        if not user.is_active:
            return self.none()
        mine = announced_by(user)
        if action != "view":
            return self.filter(mine)
        begun = Q(begins_at__lte=timezone.now())
        return self.filter((FOR_EVERYBODY | seen(user)) & (begun | mine))

    def live(self) -> Self:
        """Begun and not over."""
        now = timezone.now()
        return self.filter(
            Q(until__isnull=True) | Q(until__gt=now), begins_at__lte=now, ended_at__isnull=True
        )

    def over(self) -> Self:
        return self.filter(Q(until__lte=timezone.now()) | Q(ended_at__isnull=False))

    def to_come(self) -> Self:
        return self.filter(begins_at__gt=timezone.now(), ended_at__isnull=True)

    def to_tell(self) -> Self:
        """Begun, and told to nobody yet."""
        return self.live().filter(told_at__isnull=True)

    def on(self, *about: tuple[str, UUID]) -> Self:
        """About one of these things."""
        asked = Q(pk__in=())
        for kind, code in about:
            asked |= Q(about_type=kind, about_code=code)
        return self.filter(asked)


def announced_by(user: User) -> Q:
    """Where `user` may announce: for everybody with the right to it, else by kind of thing."""
    allowed = Q(pk__in=())
    if user.has_perm("stewardship.add_announcement"):
        allowed |= FOR_EVERYBODY
    for kind in KINDS.values():
        if kind.announced_by:
            rows = kind.announced_by(user).filter(code=OuterRef("about_code")).order_by()
            allowed |= Q(Exists(rows), about_type=kind.name)
    return allowed


class Announcement(models.Model):
    """Something that people should know for a while: on one thing, or everywhere."""

    class Severity(models.TextChoices):
        INFO = "info", "Info"
        WARNING = "warning", "Warning"
        CRITICAL = "critical", "Critical"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    about_type = models.CharField(max_length=40, blank=True)  # empty: for everybody
    about_code = models.UUIDField(null=True, blank=True)
    title = models.CharField(max_length=TITLE_LETTERS)
    text = models.TextField(max_length=LETTERS, blank=True)
    severity = models.CharField(max_length=10, choices=Severity, default=Severity.INFO)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="announcements")
    created_at = models.DateTimeField(auto_now_add=True)
    begins_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # before its time, by somebody
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_at = models.DateTimeField(null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_at", "-id"]
        constraints = [
            CheckConstraint(condition=~Q(title=""), name="announcement_has_a_title"),
            CheckConstraint(
                condition=Q(severity__in=["info", "warning", "critical"]), name="announcement_severity_known"
            ),
            CheckConstraint(
                condition=Q(about_type="", about_code__isnull=True)
                | (~Q(about_type="") & Q(about_code__isnull=False)),
                name="announcement_about_type_and_code",
            ),
            CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("begins_at")),
                name="announcement_ends_after_it_begins",
            ),
            CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="announcement_ended_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["about_type", "about_code"], name="announcement_about"),
            models.Index(
                fields=["begins_at"],
                condition=Q(told_at__isnull=True, ended_at__isnull=True),
                name="announcement_to_tell",
            ),
        ]

    def __str__(self) -> str:
        return f"Announcement of {self.author}"  # its words are for who may see what it is about

    def get_absolute_url(self) -> str:
        return f"{reverse('announcements:list')}#announcement-{self.code}"

    @property
    def state(self) -> str:
        now = timezone.now()
        if self.ended_at or (self.until and self.until <= now):
            return "ended"
        return "scheduled" if self.begins_at > now else "live"

    @property
    def tone(self) -> str:
        """The look of its banner."""
        return {"warning": "warn", "critical": "bad"}.get(self.severity, "info")

    @property
    def named(self) -> str:
        """What it is about, as facts name it."""
        return f"{self.about_type}:{self.about_code}" if self.about_type else ""
