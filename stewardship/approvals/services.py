from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.context import somebody_elses
from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.approvals import conflict, deciding, stepping, telling
from stewardship.approvals.facts import (
    ApprovalGiven,
    ProposalApproved,
    ProposalMade,
    ProposalRebased,
    ProposalRejected,
    ProposalSentBack,
    ProposalWithdrawn,
)
from stewardship.approvals.models import Proposal
from stewardship.approvals.reads import differences, find_verb, subject_of
from stewardship.approvals.steps import ProposalStep
from stewardship.approvals.verbs import VERBS, Subject
from stewardship.approvals.wording import plain
from stewardship.delegations import services as delegations

__all__ = [
    "Outdated",
    "approve",
    "find_verb",
    "hand_over",
    "propose",
    "rebase",
    "reject",
    "send_back",
    "withdraw",
]
REPLACED = "Replaced by a newer proposal."
State = Proposal.State


class Outdated(Refused):
    """Somebody changed meanwhile what the proposal is about."""


@transaction.atomic
def propose(*, verb: str, subject: Subject, changes: dict[str, Any], reason: str, author: User) -> Proposal:
    """Store what `author` would change, with the steps of the chain that decides about it now.

    An earlier open proposal of theirs is withdrawn for it. Raises `ValidationError` when the changes are not
    valid or change nothing.
    """
    known = find_verb(verb)
    after = known.checked(subject, changes)
    before = known.current(subject, after)
    after = {key: value for key, value in after.items() if value != before[key]}
    if not after:
        raise ValidationError({"changes": "This is what it says already."})
    for earlier in Proposal.objects.open().filter(verb=verb, subject=subject.code, author=author):
        withdraw(proposal=earlier, actor=author, reason=REPLACED)
    chain = stepping.chain_of(known, subject)
    proposal = Proposal.objects.create(
        verb=verb,
        subject=subject.code,
        subject_label=str(subject),
        subject_url=subject.get_absolute_url(),
        before={key: before[key] for key in after},
        after=after,
        base_version=subject.version,
        reason=reason,
        author=author,
        chain=chain,
    )
    stepping.lay_out(proposal, known, chain)
    said = {"before": proposal.before, "after": after, "chain": str(chain.code) if chain else ""}
    record(ProposalMade(**_about(proposal), actor=author.username, reason=reason, **said))  # type: ignore[arg-type]
    return proposal


@transaction.atomic
def approve(*, proposal: Proposal, actor: User, reason: str = "") -> Proposal:
    """Approve it in the name of `actor`; the last approval that is needed runs the proposed verb.

    Raises `Refused` when it is not open, is the actor's own, or not the actor's to decide; `Outdated` when
    somebody changed meanwhile what it would change.
    """
    row = _decidable(proposal, actor)
    subject = subject_of(row, reader=actor, action="change")
    if conflict.conflicts(differences(row, subject)):
        raise Outdated("Somebody changed this meanwhile; look at the new state and try again.")
    vote = stepping.vote(row, actor, approves=True, reason=reason)
    if stepping.go_on(vote.step):
        record(ApprovalGiven(**_decided(row, vote)))
        telling.half_approved(row, vote)
        return row
    VERBS[row.verb].apply(subject, row.after, actor.username, subject.version)
    _close(row, State.APPROVED, actor, reason)
    record(ProposalApproved(**_decided(row, vote)))
    telling.decided(row, vote)
    return row


@transaction.atomic
def reject(*, proposal: Proposal, actor: User, reason: str) -> Proposal:
    """Decline it, with a reason for its author. Raises `Refused` as `approve` does."""
    return _decline(proposal, actor, reason, State.REJECTED, ProposalRejected)


@transaction.atomic
def send_back(*, proposal: Proposal, actor: User, reason: str) -> Proposal:
    """Ask its author for a better one. Raises `Refused` as `approve` does."""
    return _decline(proposal, actor, reason, State.SENT_BACK, ProposalSentBack)


def _decline(proposal: Proposal, actor: User, reason: str, state: State, fact: Any) -> Proposal:
    if not reason.strip():
        raise ValidationError({"reason": "Say why, so that the author can learn from it."})
    row = _decidable(proposal, actor)
    vote = stepping.vote(row, actor, approves=False, reason=reason)
    _close(row, state, actor, reason)
    record(fact(**_decided(row, vote)))
    telling.decided(row, vote)
    return row


@transaction.atomic
def rebase(*, proposal: Proposal, actor: User, keys: Collection[str], version: int) -> Proposal:
    """Let it change these of its fields, from what they say now; what was approved so far counts no more.

    `version` of the subject is the one that `actor` looked at. Raises `Refused` as `approve` does, and when
    the subject has changed again; `ValidationError` when nothing is left to change.
    """
    row = _decidable(proposal, actor)
    subject = subject_of(row, reader=actor, action="change")
    if subject.version != version:
        raise Outdated("It changed once more; look at the new state and choose again.")
    present = VERBS[row.verb].current(subject, {key: row.after[key] for key in row.after if key in keys})
    after = {key: row.after[key] for key in present if plain(present[key]) != row.after[key]}
    if not after:
        raise ValidationError({"keys": "Choose at least one field that it would still change."})
    left_out = sorted(row.after.keys() - after.keys())
    row.before, row.after = {key: present[key] for key in after}, after
    row.base_version = version
    row.save(update_fields=["before", "after", "base_version"])
    stepping.begin_again(row)
    said: dict[str, Any] = {"before": row.before, "after": after, "version": version, "left_out": left_out}
    record(ProposalRebased(**{**_about(row), **said}, actor=actor.username))
    telling.rebased(row, actor)
    return row


@transaction.atomic
def hand_over(*, proposal: Proposal, actor: User, deputy: User, reason: str = "") -> None:
    """Let `deputy` decide it instead of `actor`, with the deputy's own right. Raises `Refused`."""
    row = _open(proposal)
    mine = Proposal.objects.filter(pk=row.pk)
    if not mine.filter(deciding.decidable_alone(actor)).exists():
        raise Refused("This is not yours to hand over.")
    with somebody_elses():
        allowed = deputy.has_perm(deciding.DECIDE) and mine.filter(deciding.about(deputy, "change")).exists()
    if not allowed:
        raise Refused(f"{deputy.label} may not change what this proposal is about.")
    if not mine.filter(deciding.free(deputy)).exists():
        raise Refused(f"{deputy.label} proposed it, or has decided about it already.")
    delegations.hand_over(actor=actor, deputy=deputy, kind=deciding.KIND, item=row.code, reason=reason)


@transaction.atomic
def withdraw(*, proposal: Proposal, actor: User, reason: str = "") -> None:
    """The author takes it back."""
    if proposal.author_id != actor.pk:
        raise Refused("Only its author can withdraw a proposal.")
    row = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if not row.is_open:
        raise Refused("It was decided already.")
    _close(row, State.WITHDRAWN, None, reason)
    record(ProposalWithdrawn(**_about(row), actor=actor.username, reason=reason))


def _open(proposal: Proposal) -> Proposal:
    row = Proposal.objects.select_for_update(of=("self",)).select_related("author").get(pk=proposal.pk)
    if not row.is_open:
        raise Refused(f"It was {row.get_state_display().lower()} already.")
    return row


def _decidable(proposal: Proposal, actor: User) -> Proposal:
    if proposal.author_id == actor.pk:
        raise Refused("Nobody decides about their own proposal.")
    row = _open(proposal)
    mine = Proposal.objects.filter(pk=row.pk)
    if not mine.filter(deciding.free(actor)).exists():
        raise Refused("You have decided about it already.")
    if not actor.has_perm(deciding.DECIDE) or not mine.filter(deciding.about(actor, "change")).exists():
        raise Refused("You may not change what this proposal is about.")
    if not mine.filter(deciding.decidable(actor)).exists():
        raise Refused(f"You are not asked: {row.steps.open().get().asked} decides now.")
    return row


def _close(row: Proposal, state: State, actor: User | None, reason: str) -> None:
    row.state, row.decided_by, row.decision_reason = state, actor, reason
    row.decided_at = timezone.now() if actor else None
    row.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    row.steps.open().update(state=ProposalStep.State.DONE)
    delegations.close_item(
        kind=deciding.KIND, item=row.code, actor=actor.username if actor else row.author.username
    )


def _decided(row: Proposal, vote: Any) -> dict[str, Any]:
    return {
        **_about(row),
        "actor": vote.actor.username,
        "author": row.author.username,
        "reason": vote.reason,
        "step": vote.step.position,
        "on_behalf_of": vote.on_behalf_of.username if vote.on_behalf_of else "",
    }


def _about(proposal: Proposal) -> dict[str, str]:
    return {
        "subject": str(proposal.code),
        "verb": proposal.verb,
        "about": str(proposal.subject),
    }
