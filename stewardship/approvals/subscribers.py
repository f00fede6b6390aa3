"""Proposals stand in the inbox; so does what the floor below wants decided: policies, and emergencies."""

from uuid import UUID

from accesscontrol.breakglass.reads import to_review
from accesscontrol.identity.models import User
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import decidable
from accesscontrol.refusal import Refused
from stewardship.approvals import services
from stewardship.approvals.deciding import KIND
from stewardship.approvals.inbox import MOST_LINES, Line, Waiting, add_waiting
from stewardship.approvals.models import Proposal
from stewardship.approvals.reads import asked_for
from stewardship.approvals.telling import SUBJECT
from stewardship.delegations.items import know_items
from stewardship.delegations.reads import handed_over
from stewardship.subjects.registry import Kind, add_subject


def proposals(reader: User) -> list[Line]:
    rows = list(Proposal.objects.for_inbox(reader)[:MOST_LINES])
    given, people = handed_over(reader, KIND), asked_for(rows, reader)
    return [_proposal(row, given.get(row.code), people.get(row.pk)) for row in rows]


def _proposal(row: Proposal, deputy: User | None, person: User | None) -> Line:
    note = f"Handed over to {deputy.label}" if deputy else f"For {person.label}" if person else ""
    return Line(
        about=row.subject_label,
        url=row.get_absolute_url(),
        asked=row.asked,
        by=row.author.label,
        reason=row.reason,
        at=row.created_at,
        code=row.code,
        due=row.due_at,
        mine=(row.mine or person is not None) and deputy is None,
        note=note,
        author=row.author.username,
        subject=row.subject,
        detail=row.get_absolute_url(),
    )


def _waiting(user: User, code: UUID) -> Proposal:
    row = Proposal.objects.decidable_by(user).filter(code=code).first()
    if row is None:
        raise Refused("This does not wait for you.")
    return row


def approve(user: User, code: UUID, reason: str) -> None:
    services.approve(proposal=_waiting(user, code), actor=user, reason=reason)


def reject(user: User, code: UUID, reason: str) -> None:
    services.reject(proposal=_waiting(user, code), actor=user, reason=reason)


def hand_over(user: User, code: UUID, deputy: User, reason: str) -> None:
    services.hand_over(proposal=_waiting(user, code), actor=user, deputy=deputy, reason=reason)


def lines(reader: User) -> list[Line]:
    return [_line(row) for row in decidable(reader).for_list()[:MOST_LINES]]


def _line(row: PolicySet) -> Line:
    by = row.author.label if row.author else ""
    return Line(
        about=row.summary,
        url=row.get_absolute_url(),
        asked="Put in force",
        by=by,
        reason=f"Change {row.number}",
        at=row.created_at,
        code=row.code,
        mine=False,
        author=row.author.username if row.author else "",
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
            code=row.code,
            mine=False,
            author=row.user.username,
        )
        for row in to_review(reader)[:MOST_LINES]
    ]


add_subject(
    Kind(
        SUBJECT,
        "proposal",
        rows=Proposal.objects.visible_to,
        answered_by=lambda user: Proposal.objects.filter(author=user),
        answering=lambda row: {row.author_id},
    )
)
know_items(KIND, Proposal.objects.visible_to)
add_waiting(
    Waiting(
        "Proposals",
        Proposal.objects.decidable_by,
        proposals,
        approve=approve,
        reject=reject,
        hand_over=hand_over,
    )
)
add_waiting(Waiting("Changes of policies", decidable, lines))
add_waiting(Waiting("Emergencies", to_review, emergencies))
