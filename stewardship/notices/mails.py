"""What breaks something is mailed too: what a person has not read yet, in one mail, once."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from stewardship.notices.facts import NoticesMailed
from stewardship.notices.models import Notice

log = logging.getLogger(__name__)
MOST_LISTED = 20
NO_SERVER = "django.core.mail.backends.console.EmailBackend"  # what settings.py falls back to


def mail_breaking() -> int:
    """Mail each person what is new, breaking and theirs to see; return how many mails were sent.

    Without a mail server there are none. One that fails is asked again the next time, for a day; what goes
    wrong with one person's mail stops no other's.
    """
    if settings.EMAIL_BACKEND == NO_SERVER:
        return 0
    waiting = Notice.objects.to_mail().order_by().values("recipient")
    people = User.objects.filter(pk__in=waiting, is_active=True).exclude(email="")
    return sum(_mail(person) for person in people.order_by("pk"))


def _mail(person: User) -> bool:
    try:
        return _mail_once(person)
    except OSError as error:
        log.error("Notices could not be mailed to %s: %s", person, type(error).__name__)
        return False


@transaction.atomic
def _mail_once(person: User) -> bool:
    """Hold the rows while the mail is sent: a second worker leaves them out."""
    rows = list(Notice.objects.visible_to(person).to_mail().select_for_update(of=("self",), skip_locked=True))
    if not rows:
        return False
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=timezone.now())
    record(NoticesMailed(subject=str(person.code), actor="system", number=len(rows)))
    send_mail(_subject(rows), _text(rows), None, [person.email])
    return True


def _subject(rows: list[Notice]) -> str:
    said = rows[0].title if len(rows) == 1 else f"{len(rows)} breaking changes"
    return " ".join(said.split())  # a header has one line


def _text(rows: list[Notice]) -> str:
    told = [f"{row.title}\n{row.text}\n{settings.PORTAL_URL}{row.url}\n" for row in rows[:MOST_LISTED]]
    if len(rows) > MOST_LISTED:
        told.append(f"And {len(rows) - MOST_LISTED} more.\n")
    return "\n".join([*told, f"All notices: {settings.PORTAL_URL}{reverse('notices:list')}\n"])
