"""The end of a grant is announced to its holder and its giver, once for each span of grants.yaml."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.grants.facts import EndAnnounced
from accesscontrol.grants.limits import LIMITS
from accesscontrol.grants.models import EndWarning, Grant
from accesscontrol.grants.reads import with_names

log = logging.getLogger(__name__)
TEXT = """{holder} may {action} {label} until {until:%d %B %Y, %H:%M} UTC.

It ends by itself. To ask for more time: {url}
"""


def announce_ends() -> int:
    """Tell of each end that is near and was not told of yet; safe to run twice. Return how many."""
    now = timezone.now()
    near = Grant.objects.ending(now + LIMITS.warnings[0]).for_list()
    return sum(_announce(grant, grant.ends_at, now) for grant in near if grant.ends_at)


@transaction.atomic
def _announce(grant: Grant, ends_at: datetime, now: datetime) -> bool:
    span = LIMITS.due(grant.starts_at, ends_at, now)
    if span is None:
        return False
    _, new = EndWarning.objects.get_or_create(grant=grant, ends_at=ends_at, days=span.days)
    if new:
        said = f"It ends {ends_at.isoformat()}."
        record(EndAnnounced(**grant.facts, actor="system", reason=said, days=span.days))
        transaction.on_commit(lambda: _mail(grant))
    return new


def _mail(grant: Grant) -> None:
    """Send it to each on their own; a mail server that fails stops nothing."""
    url = f"{settings.PORTAL_URL}{grant.get_absolute_url()}"
    people = {person for person in (grant.user, grant.granted_by) if person and person.email}
    for person in people:
        [named] = with_names([grant], person)
        said = {"holder": grant.holder, "action": grant.action, "until": grant.ends_at, "url": url}
        try:
            send_mail("Access that ends soon", TEXT.format(label=named.title, **said), None, [person.email])
        except OSError as error:
            log.error("The end of grant %s could not be mailed to %s: %s", grant.code, person, error)
