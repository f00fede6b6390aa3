from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.approvals.facts import (
    ProposalApproved,
    ProposalMade,
    ProposalRejected,
    ProposalWithdrawn,
)
from stewardship.approvals.models import Proposal
from stewardship.approvals.verbs import VERBS, Subject, Verb

REPLACED = "Replaced by a newer proposal."


def find_verb(name: str) -> Verb:
    """Return the registered verb; raises `ValidationError` naming the field."""
    if name not in VERBS:
        raise ValidationError({"verb": f"There is no verb {name}. Known: {', '.join(sorted(VERBS))}."})
    return VERBS[name]


@transaction.atomic
def propose(*, verb: str, subject: Subject, changes: dict[str, Any], reason: str, author: User) -> Proposal:
    """Store what `author` would change; an earlier open proposal of theirs is withdrawn for it.

    Raises `ValidationError` when the changes are not valid or change nothing.
    """
    known = find_verb(verb)
    after = known.check(changes)
    before = known.current(subject, after)
    after = {key: value for key, value in after.items() if value != before[key]}
    if not after:
        raise ValidationError({"changes": "This is what it says already."})
    for earlier in Proposal.objects.open().filter(verb=verb, subject=subject.code, author=author):
        withdraw(proposal=earlier, actor=author, reason=REPLACED)
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
    )
    record(
        ProposalMade(
            **_about(proposal), actor=author.username, before=proposal.before, after=after, reason=reason
        )
    )
    return proposal


@transaction.atomic
def approve(*, proposal: Proposal, actor: User, reason: str = "") -> Proposal:
    """Run the proposed verb in the name of `actor`.

    Raises `Refused` when it is not open, is the actor's own, concerns what the actor may not change,
    or was made for an older state.
    """
    proposal = _decidable(proposal, actor)
    verb = VERBS[proposal.verb]
    subject = verb.rows(actor, "change").get(code=proposal.subject)
    verb.apply(subject, proposal.after, actor.username, proposal.base_version)
    _decide(proposal, Proposal.State.APPROVED, actor, reason)
    record(
        ProposalApproved(
            **_about(proposal),
            actor=actor.username,
            author=proposal.author.username,
            reason=reason,
        )
    )
    return proposal


@transaction.atomic
def reject(*, proposal: Proposal, actor: User, reason: str) -> Proposal:
    """Decline it, with a reason for its author. Raises `Refused` as `approve` does."""
    if not reason.strip():
        raise ValidationError({"reason": "Say why, so that the author can learn from it."})
    proposal = _decidable(proposal, actor)
    _decide(proposal, Proposal.State.REJECTED, actor, reason)
    record(
        ProposalRejected(
            **_about(proposal),
            actor=actor.username,
            author=proposal.author.username,
            reason=reason,
        )
    )
    return proposal


@transaction.atomic
def withdraw(*, proposal: Proposal, actor: User, reason: str = "") -> None:
    """The author takes it back."""
    if proposal.author_id != actor.pk:
        raise Refused("Only its author can withdraw a proposal.")
    withdrawn = Proposal.objects.open().filter(pk=proposal.pk)
    if not withdrawn.update(state=Proposal.State.WITHDRAWN, decision_reason=reason):
        raise Refused("It was decided already.")
    record(ProposalWithdrawn(**_about(proposal), actor=actor.username, reason=reason))


def _decidable(proposal: Proposal, actor: User) -> Proposal:
    row = Proposal.objects.select_for_update(of=("self",)).select_related("author").get(pk=proposal.pk)
    if row.author_id == actor.pk:
        raise Refused("Nobody decides about their own proposal.")
    if not row.is_open:
        raise Refused(f"It was {row.state} already.")
    if not Proposal.objects.decidable_by(actor).filter(pk=row.pk).exists():
        raise Refused("You may not change what this proposal is about.")
    return row


def _decide(proposal: Proposal, state: str, actor: User, reason: str) -> None:
    proposal.state, proposal.decided_by = state, actor
    proposal.decided_at, proposal.decision_reason = timezone.now(), reason
    proposal.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])


def _about(proposal: Proposal) -> dict[str, str]:
    return {
        "subject": str(proposal.code),
        "verb": proposal.verb,
        "about": str(proposal.subject),
    }
