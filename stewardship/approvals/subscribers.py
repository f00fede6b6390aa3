"""What the floor below wants decided stands in the inbox too: changes of policies, and emergencies."""

from accesscontrol.breakglass.reads import to_review
from accesscontrol.identity.models import User
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import decidable
from stewardship.approvals.inbox import Line, Waiting, add_waiting


def lines(reader: User) -> list[Line]:
    return [_line(row) for row in decidable(reader).for_list()[:100]]


def _line(row: PolicySet) -> Line:
    by = row.author.label if row.author else ""
    return Line(
        row.summary, row.get_absolute_url(), "Put in force", by, f"Change {row.number}", row.created_at
    )


def emergencies(reader: User) -> list[Line]:
    return [
        Line(
            about=str(row),
            url=row.get_absolute_url(),
            asked="Watch it: it is live" if row.is_live else "Review what was done",
            by=row.user.label,
            reason=row.reason,
            at=row.started_at,
        )
        for row in to_review(reader)[:100]
    ]


add_waiting(Waiting("Changes of policies", decidable, lines))
add_waiting(Waiting("Emergencies", to_review, emergencies))
