from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.announcements.facts import AnnouncementEnded, AnnouncementMade
from stewardship.announcements.models import LETTERS, Announcement
from stewardship.announcements.reads import may_announce
from stewardship.following.reads import followers_inside
from stewardship.notices.models import Notice
from stewardship.notices.services import notify
from stewardship.subjects.reads import Subject, seers
from stewardship.subjects.registry import KINDS

NOTICED_AS = {"critical": Notice.Severity.BREAKING, "warning": Notice.Severity.WARNING}


@transaction.atomic
def announce(
    *,
    actor: User,
    title: str,
    text: str = "",
    severity: str = Announcement.Severity.INFO,
    subject: Subject | None = None,
    begins_at: datetime | None = None,
    until: datetime | None = None,
) -> Announcement:
    """Announce something on a thing, or to everybody; who follows the thing is told when it begins.

    Raises `ValidationError` by field, and `Refused` where `actor` may not announce.
    """
    if not may_announce(actor, subject):
        raise Refused("You may not announce anything here.")
    name, code = subject.about if subject else ("", None)
    row = Announcement(about_type=name, about_code=code, severity=severity, author=actor)
    row.title, row.text = title.strip(), text.replace("\r\n", "\n").strip()
    row.begins_at, row.until = begins_at or timezone.now(), until
    _check(row)
    row.save()
    record(_made(row, actor))
    if row.state == "live":
        tell_of(announcement=row)
    return row


def _check(row: Announcement) -> None:
    if len(row.text) > LETTERS:
        raise ValidationError({"text": f"At most {LETTERS:,} letters."})
    if row.until and row.until <= max(row.begins_at, timezone.now()):
        raise ValidationError({"until": "It ends after it begins, and not in the past."})
    row.full_clean(exclude=["author", "code"])


def _made(row: Announcement, actor: User) -> AnnouncementMade:
    return AnnouncementMade(
        subject=str(row.code),
        actor=actor.username,
        about=row.named,
        severity=row.severity,
        begins_at=row.begins_at.isoformat(),
        until=row.until.isoformat() if row.until else None,
        title=row.title,
        text=row.text,
    )


@transaction.atomic
def end(*, announcement: Announcement, actor: User) -> Announcement:
    """Take it down before its time; again changes nothing."""
    row = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
    if not Announcement.objects.visible_to(actor, "change").filter(pk=row.pk).exists():
        raise Refused("This is not yours to end.")
    if row.state != "ended":
        row.ended_at, row.ended_by = timezone.now(), actor
        row.save(update_fields=["ended_at", "ended_by"])
        record(AnnouncementEnded(subject=str(row.code), actor=actor.username, about=row.named))
    return row


@transaction.atomic
def tell_of(*, announcement: Announcement) -> int:
    """Tell who answers for the thing, follows it, or follows what is inside; once, and who may see it.

    An announcement for everybody is read at home; nobody is told besides.
    """
    rows = Announcement.objects.select_for_update(of=("self",)).filter(told_at__isnull=True)
    row = rows.select_related("author").filter(pk=announcement.pk).first()
    if row is None:
        return 0
    row.told_at = timezone.now()
    row.save(update_fields=["told_at"])
    subject = _subject(row)
    if subject is None:
        return 0
    concerned = followers_inside(subject) | subject.kind.answering(subject.row)
    people = User.objects.filter(pk__in=concerned).exclude(pk=row.author_id)
    return notify(
        recipients=list(people.filter(pk__in=seers(subject=subject, people=people))),
        key=f"announcement:{row.code}",
        topic="announcement",
        title=f"{subject.title}: {row.title}",
        text=row.text,
        url=subject.url,
        about=subject.about,
        severity=NOTICED_AS.get(row.severity, Notice.Severity.INFO),
        actor=row.author.username,
    )


def tell_begun() -> int:
    """Tell of all that have begun meanwhile; return how many people were told. Safe to run twice."""
    return sum(tell_of(announcement=row) for row in Announcement.objects.to_tell())


def _subject(row: Announcement) -> Subject | None:
    """The thing as its author sees it: what its author lost sight of is told to nobody."""
    kind = KINDS.get(row.about_type)
    found = kind.rows(row.author).filter(code=row.about_code).first() if kind else None
    return Subject(kind, found) if kind and found is not None else None
