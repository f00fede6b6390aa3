from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Func, GeneratedField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from accesscontrol.audit.canonical import canonical


def _of_body(key: str) -> GeneratedField:
    """A search column that the database derives from the body, so that the two cannot disagree."""
    return GeneratedField(
        expression=KeyTextTransform(key, Cast(F("body"), models.JSONField())),
        output_field=models.TextField(null=True),
        db_persist=True,
    )


if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User, action: str = "view") -> Self:
        """The whole log for who may read it, nothing for anybody else."""
        return self if user.has_perm(f"accesscontrol.{action}_entry") else self.none()

    def about(self, object_type: str, object_id: str) -> Self:
        return self.filter(object_type=object_type, object_id=object_id)

    def append(self, content: dict[str, Any]) -> Entry:
        return self.create(body=canonical({**content, "at": timezone.now().isoformat()}))


class Entry(models.Model):
    """One line of the audit log. The canonical body is the record; triggers refuse every change of it."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    xact = models.BigIntegerField(
        db_default=Func(function="pg_current_xact_id()::text::bigint", template="(%(function)s)"),
        editable=False,
    )
    body = models.TextField()
    actor = _of_body("actor")
    action = _of_body("action")
    object_type = _of_body("object_type")
    object_id = _of_body("object_id")
    outcome = _of_body("outcome")

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_object"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["action", "-id"], name="audit_action"),
            models.Index(fields=["-at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"

    @property
    def moment(self) -> datetime:
        return self.at
