"""What an author is told of a proposal: each decision about it."""

from accesscontrol.identity.models import User
from stewardship.approvals.models import Proposal
from stewardship.approvals.steps import Vote
from stewardship.notices.services import notify

SUBJECT = "proposal"  # of notices


def half_approved(row: Proposal, vote: Vote) -> None:
    """Somebody approved; others are asked still."""
    step = row.steps.open().get()
    text = f"{_by(vote)} approved. It waits for: {step.asked}."
    _tell(row, f"vote:{vote.pk}", f"One more approval: {row.subject_label}", text, vote.actor)


def decided(row: Proposal, vote: Vote) -> None:
    """It was approved, rejected or sent back."""
    text = f"{_by(vote)} decided{f': {vote.reason}' if vote.reason else '.'}"
    _tell(row, f"vote:{vote.pk}", f"{row.get_state_display()}: {row.subject_label}", text, vote.actor)


def rebased(row: Proposal, actor: User) -> None:
    names = ", ".join(map(row.called, row.after))
    text = f"{actor.label} let it start from what is there now; it would change: {names}."
    _tell(row, f"rebased:{row.base_version}", f"Carried on: {row.subject_label}", text, actor)


def expired(row: Proposal) -> None:
    text = "Nobody answered in time. You can propose it again."
    _tell(row, "expired", f"Expired: {row.subject_label}", text, None)


def escalated(row: Proposal, asked: str) -> None:
    text = f"Nobody answered in time; now it is asked as well: {asked}."
    _tell(row, f"escalated:{row.steps.open().get().position}", f"Overdue: {row.subject_label}", text, None)


def _by(vote: Vote) -> str:
    return f"{vote.actor.label} for {vote.on_behalf_of.label}" if vote.on_behalf_of else vote.actor.label


def _tell(row: Proposal, key: str, title: str, text: str, actor: User | None) -> None:
    notify(
        recipients=[row.author],
        key=f"proposal:{row.code}:{key}",
        topic="proposal",
        title=title,
        text=text,
        url=row.get_absolute_url(),
        about=(SUBJECT, row.code),
        actor=actor.username if actor else "system",
    )
