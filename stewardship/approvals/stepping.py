"""How a proposal goes through its steps: what services write of it, within their transactions."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accesscontrol.identity.models import User
from stewardship.approvals.deciding import KIND, behind, eligible, personal
from stewardship.approvals.models import Proposal
from stewardship.approvals.steps import Decider, ProposalStep, Vote
from stewardship.approvals.verbs import Verb
from stewardship.chains.models import Chain, ChainStep, Then, Who
from stewardship.chains.reads import chain_for
from stewardship.delegations.reads import mandates


def chain_of(verb: Verb, subject: Any) -> Chain | None:
    """Return the chain that a proposal begins with; a verb without domains can have one for all."""
    within = verb.answering.domains(subject) if verb.answering else ()
    return chain_for(verb=verb.name, within=within)


def lay_out(proposal: Proposal, verb: Verb, chain: Chain | None) -> None:
    """Copy the chain's steps onto the proposal; without one, anybody who may change the subject decides."""
    if chain is None:
        first = ProposalStep(proposal=proposal, position=1, days=verb.days, asked=str(Who.ANYBODY.label))
        first.begin()
        first.save()
        Decider.objects.create(step=first, who=Who.ANYBODY)
        return
    stored = list(chain.steps.all())
    steps = [_copied(proposal, step) for step in stored]
    steps[0].begin()
    ProposalStep.objects.bulk_create(steps)
    pairs = zip(steps, stored, strict=True)
    Decider.objects.bulk_create(decider for step, of in pairs for decider in _deciders(step, of))


def _copied(proposal: Proposal, of: ChainStep) -> ProposalStep:
    return ProposalStep(
        proposal=proposal,
        position=of.position,
        needed=of.needed,
        days=of.days,
        silence=of.silence,
        then=of.then,
        then_group=of.then_group,
        asked=of.asked[:1000],
    )


def _deciders(step: ProposalStep, of: ChainStep) -> Iterable[Decider]:
    if of.who == Who.PEOPLE:
        return [Decider(step=step, who=of.who, person=person) for person in of.people.all()]
    return [Decider(step=step, who=of.who, group=of.group, team=of.team)]


def voice(proposal: Proposal, actor: User) -> User | None:
    """Return on whose behalf `actor` decides, or None for in their own right.

    What was handed over is decided for who handed it over; else one's own right goes first, unless it is
    asked of somebody by name for whom one stands in.
    """
    row = Proposal.objects.filter(pk=proposal.pk)
    standing = [each for each in mandates(actor, KIND) if row.filter(behind(each)).exists()]
    handed = [each.person for each in standing if each.items]
    people = [each.person for each in standing]
    if handed:
        return handed[0]
    if not row.filter(eligible(actor)).exists():
        return people[0]
    if not people or row.filter(personal(actor)).exists():
        return None
    return next((person for person in people if row.filter(personal(person)).exists()), None)


def vote(proposal: Proposal, actor: User, *, approves: bool, reason: str) -> Vote:
    """Note what `actor` says in the open step."""
    return Vote.objects.create(
        proposal=proposal,
        step=proposal.steps.open().get(),
        author=proposal.author,
        actor=actor,
        on_behalf_of=voice(proposal, actor),
        approves=approves,
        reason=reason,
    )


def go_on(step: ProposalStep) -> bool:
    """End the step if enough people approved, and open the next; return whether there is more to decide."""
    if step.votes.standing().filter(approves=True).count() < step.needed:
        return True
    end(step)
    following = ProposalStep.objects.filter(proposal=step.proposal_id, position=step.position + 1).first()
    if following is None:
        return False
    following.begin()
    following.save(update_fields=["state", "opened_at", "due_at", "escalated_at"])
    return True


def end(step: ProposalStep) -> None:
    step.state = ProposalStep.State.DONE
    step.save(update_fields=["state"])


def begin_again(proposal: Proposal) -> None:
    """What was approved is no longer what is proposed: from the first step, and nobody has spoken."""
    Vote.objects.standing().filter(proposal=proposal).update(is_void=True)
    Decider.objects.filter(step__proposal=proposal, escalated=True).delete()
    reset: dict[str, Any] = {"opened_at": None, "due_at": None, "escalated_at": None}
    proposal.steps.update(state=ProposalStep.State.WAITING, **reset)
    first = proposal.steps.get(position=1)
    first.begin()
    first.save(update_fields=["state", "opened_at", "due_at"])


def escalate(step: ProposalStep) -> str:
    """Ask others as well; how many must approve stays as it was. Return who they are, in words."""
    deciders, words = _others(step)
    Decider.objects.bulk_create(deciders)
    step.escalated_at = timezone.now()
    step.due_at = step.escalated_at + timedelta(days=step.days or 1)
    step.save(update_fields=["due_at", "escalated_at"])
    return words


def _others(step: ProposalStep) -> tuple[list[Decider], str]:
    """The deciders to be stored, and words for them."""
    if step.then == Then.ROLE:
        role = step.then_group
        return [
            Decider(step=step, who=Who.ROLE, group=role, escalated=True)
        ], f"Role {role or 'that is gone'}"
    if step.then == Then.STEWARD_ABOVE:
        above = Who.STEWARD_ABOVE
        return [Decider(step=step, who=above, escalated=True)], str(above.label)
    following = ProposalStep.objects.get(proposal=step.proposal_id, position=step.position + 1)
    copied = [
        Decider(
            step=step,
            who=decider.who,
            group=decider.group,
            team=decider.team,
            person=decider.person,
            escalated=True,
        )
        for decider in following.deciders.all()
    ]
    return copied, following.asked
