from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from stewardship.notices.facts import NoticesDeleted, NoticesRead, NoticesSent
from stewardship.notices.models import TITLE_LETTERS, Notice, NoticeQuerySet
from stewardship.notices.subjects import SUBJECTS

SYSTEM = "system"
KEPT_AFTER_READING = timedelta(days=90)


@transaction.atomic
def notify(
    *,
    recipients: Iterable[User],
    key: str,
    topic: str,
    title: str,
    text: str,
    url: str,
    about: tuple[str, UUID] | None = None,
    severity: str = Notice.Severity.INFO,
    actor: str = SYSTEM,
) -> int:
    """Tell each active person of `recipients` once; return how many had not been told under `key` yet.

    Whatever names something that not everybody may see must be `about` it: ("asset", code). Who may not
    see it never sees the notice either, also when the right is lost later. A `key` is made of codes and
    versions, not of names, and has at most 200 letters; a `title` is cut at 200. `url` is a local path.
    """
    about_type, about_code = about or ("", None)
    if about_type and about_type not in SUBJECTS:
        raise ImproperlyConfigured(f"No room has said who may see {about_type!r}: see notice_subject.")
    said = {"key": key, "topic": topic, "severity": severity, "title": _cut(title), "text": text, "url": url}
    people = User.objects.filter(pk__in={each.pk for each in recipients}, is_active=True).order_by("pk")
    rows = [
        Notice(recipient_id=pk, about_type=about_type, about_code=about_code, **said)
        for pk in people.values_list("pk", flat=True)
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    told = Notice.objects.filter(code__in=[row.code for row in rows]).count()
    if told:
        named = f"{about_type}:{about_code}" if about else ""
        what = {"topic": topic, "severity": severity, "about": named}
        record(NoticesSent(subject=key, actor=actor, number=told, **what))
    return told


def _cut(title: str) -> str:
    return title if len(title) <= TITLE_LETTERS else f"{title[: TITLE_LETTERS - 1]}…"


@transaction.atomic
def mark_read(*, notice: Notice, reader: User) -> None:
    """Remember that `reader` has read it; reading it again changes nothing."""
    _read(Notice.objects.visible_to(reader).filter(pk=notice.pk), reader, str(notice.code))


@transaction.atomic
def mark_all_read(*, reader: User) -> int:
    """The same for all that `reader` may see; return how many were unread."""
    return _read(Notice.objects.visible_to(reader), reader, "all")


def _read(rows: NoticeQuerySet, reader: User, which: str) -> int:
    number = rows.unread().update(read_at=timezone.now())
    if number:
        record(NoticesRead(subject=which, actor=reader.username, number=number))
    return number


@transaction.atomic
def delete_old_notices() -> int:
    """Delete what was read more than 90 days ago; safe to run twice. Return how many were deleted."""
    limit = timezone.now() - KEPT_AFTER_READING
    number, _ = Notice.objects.filter(read_at__lt=limit).delete()
    if number:
        record(NoticesDeleted(subject=limit.isoformat(), actor=SYSTEM, number=number))
    return number
