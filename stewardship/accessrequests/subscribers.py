"""Questions for access stand in the inbox of whoever answers them."""

from accesscontrol.identity.models import User
from stewardship.accessrequests import reads
from stewardship.approvals.inbox import Line, Waiting, add_waiting


def lines(reader: User) -> list[Line]:
    rows = reads.with_names(reads.decidable(reader)[:100], reader)
    return [
        Line(
            row.title,
            row.get_absolute_url(),
            f"{row.action} for {row.days} d",
            row.requester.label,
            row.reason,
            row.created_at,
        )
        for row in rows
    ]


add_waiting(Waiting("Access requests", reads.decidable, lines))
