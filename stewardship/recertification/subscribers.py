"""Grants to look at again stand in the inbox of whoever answers for their objects."""

from django.db.models import QuerySet

from accesscontrol.grants.reads import with_names
from accesscontrol.identity.models import User
from stewardship.approvals.inbox import Line, Waiting, add_waiting
from stewardship.recertification.models import Item


def rows(reader: User) -> QuerySet[Item]:
    return Item.objects.decidable_by(reader).open()


def lines(reader: User) -> list[Line]:
    found = list(rows(reader).for_list()[:100])  # type: ignore[attr-defined]
    with_names([item.grant for item in found], reader)
    return [_line(item) for item in found]


def _line(item: Item) -> Line:
    grant, campaign = item.grant, item.campaign
    asked = f"Keep or revoke by {campaign.due_at:%d %b}: {grant.holder} may {grant.action}"
    return Line(
        about=grant.title,
        url=campaign.get_absolute_url(),
        asked=asked,
        by=str(campaign),
        reason=grant.reason,
        at=campaign.started_at,
    )


add_waiting(Waiting("Access to confirm", rows, lines))
