"""Questions for access stand in the inbox of whoever answers them."""

from uuid import UUID

from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.accessrequests import reads, services
from stewardship.accessrequests.models import KIND, AccessRequest
from stewardship.approvals.inbox import MOST_LINES, Line, Waiting, add_waiting
from stewardship.delegations.items import know_items
from stewardship.delegations.reads import handed_over


def lines(reader: User) -> list[Line]:
    rows = reads.with_names(reads.decidable(reader)[:MOST_LINES], reader)
    given = handed_over(reader, KIND) if rows else {}
    return [_line(row, given.get(row.code)) for row in rows]


def _line(row: AccessRequest, deputy: User | None) -> Line:
    return Line(
        about=row.title,
        url=row.get_absolute_url(),
        asked=f"{row.action} for {row.days} d",
        by=row.requester.label,
        reason=row.reason,
        at=row.created_at,
        code=row.code,
        due=row.expires_at,
        mine=row.mine and deputy is None,
        note=f"Handed over to {deputy.label}" if deputy else "",
        author=row.requester.username,
    )


def _waiting(user: User, code: UUID) -> AccessRequest:
    row = reads.decidable(user).filter(code=code).first()
    if row is None:
        raise Refused("This does not wait for you.")
    return row


def approve(user: User, code: UUID, reason: str) -> None:
    row = _waiting(user, code)
    services.approve_request(request=row, actor=user, days=row.days, reason=reason)


def reject(user: User, code: UUID, reason: str) -> None:
    services.deny_request(request=_waiting(user, code), actor=user, reason=reason)


def hand_over(user: User, code: UUID, deputy: User, reason: str) -> None:
    services.hand_over_request(request=_waiting(user, code), actor=user, deputy=deputy, reason=reason)


know_items(KIND, AccessRequest.objects.visible_to)
add_waiting(
    Waiting(
        "Access requests",
        reads.decidable,
        lines,
        approve=approve,
        reject=reject,
        hand_over=hand_over,
        words=("Give access", "Deny"),
    )
)
