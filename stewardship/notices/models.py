from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Exists, OuterRef, Q
from django.utils import timezone

from stewardship.notices.subjects import SUBJECTS

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

TITLE_LETTERS = 200
MAILED_WITHIN = timedelta(days=1)
# A path of this portal: no other host ("//host", "/\host"), nothing that a browser would leave out.
LOCAL_PATH = r"^/([^/\\\s][^\\\s]*)?$"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """Your own and nobody else's, and of those none about what is hidden from you now."""
        return self.filter(_seen(user), recipient=user) if user.is_active else self.none()

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def to_mail(self) -> Self:
        """Breaking, unread, of the last day, and not mailed yet."""
        recent = timezone.now() - MAILED_WITHIN
        return self.unread().filter(
            severity=Notice.Severity.BREAKING, mailed_at__isnull=True, created_at__gte=recent
        )


def _seen(user: User) -> Q:
    """It is about nothing in particular, or about what `user` may see."""
    allowed = Q(about_type="")
    for name, rows in SUBJECTS.items():
        allowed |= Q(Exists(rows(user).filter(code=OuterRef("about_code")).order_by()), about_type=name)
    return allowed


class Notice(models.Model):
    """Something that the portal tells one person, once. What has the same key was told already."""

    class Severity(models.TextChoices):
        INFO = "info", "Info"
        WARNING = "warning", "Warning"
        BREAKING = "breaking", "Breaking"

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", db_index=False
    )
    key = models.CharField(max_length=200)
    about_type = models.CharField(max_length=40, blank=True)  # a name of subjects.SUBJECTS
    about_code = models.UUIDField(null=True, blank=True)
    topic = models.CharField(max_length=60)
    severity = models.CharField(max_length=10, choices=Severity, default=Severity.INFO)
    title = models.CharField(max_length=TITLE_LETTERS)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notice_told_once"),
            CheckConstraint(condition=~Q(key="") & ~Q(title=""), name="notice_says_something"),
            CheckConstraint(
                condition=Q(about_type="", about_code__isnull=True)
                | (~Q(about_type="") & Q(about_code__isnull=False)),
                name="notice_about_type_and_code",
            ),
            CheckConstraint(condition=Q(topic__regex=r"^[a-z][a-z0-9_]*$"), name="notice_topic_is_a_slug"),
            CheckConstraint(
                condition=Q(severity__in=["info", "warning", "breaking"]), name="notice_severity_known"
            ),
            CheckConstraint(condition=Q(url__regex=LOCAL_PATH), name="notice_url_is_local"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_list"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["read_at"], condition=Q(read_at__isnull=False), name="notice_read"),
            models.Index(
                fields=["created_at"],
                condition=Q(severity="breaking", read_at__isnull=True, mailed_at__isnull=True),
                name="notice_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} ({self.severity})"  # its words are for its recipient

    @property
    def is_unread(self) -> bool:
        return self.read_at is None
