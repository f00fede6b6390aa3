"""Grants to look at again stand in the inbox of whoever answers for their objects."""

from typing import Any
from uuid import UUID

from accesscontrol.grants.reads import with_names
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.approvals.inbox import MOST_LINES, Line, Waiting, add_waiting
from stewardship.recertification import services
from stewardship.recertification.models import Item


def rows(reader: User) -> Any:
    return Item.objects.decidable_by(reader).open()


def lines(reader: User) -> list[Line]:
    found = list(rows(reader).for_list().order_by("campaign__due_at", "pk")[:MOST_LINES])
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
        code=item.code,
        due=campaign.due_at,
    )


def _waiting(user: User, code: UUID) -> Item:
    item: Item | None = rows(user).filter(code=code).first()
    if item is None:
        raise Refused("This does not wait for you.")
    return item


def keep(user: User, code: UUID, reason: str) -> None:
    services.keep_grant(item=_waiting(user, code), actor=user, reason=reason)


def drop(user: User, code: UUID, reason: str) -> None:
    services.drop_grant(item=_waiting(user, code), actor=user, reason=reason)


add_waiting(Waiting("Access to confirm", rows, lines, approve=keep, reject=drop, words=("Keep", "Revoke")))
