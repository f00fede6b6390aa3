"""Who may decide about a proposal, as conditions on its row: right, four eyes, and whether they are asked.

A condition asks once for each of the proposals, which are few, and never for all subjects, which are many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from accesscontrol.audit.context import somebody_elses
from stewardship.approvals.steps import Decider, ProposalStep, Vote
from stewardship.approvals.verbs import VERBS, Answering
from stewardship.chains.models import Who
from stewardship.delegations.reads import Mandate, mandates

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

KIND = "proposals"  # of the inbox
DECIDE = "stewardship.change_proposal"
NOBODY = Q(pk__in=())


def about(user: User, action: str) -> Q:
    """About what `user` may do `action` on."""
    names: dict[Any, list[str]] = defaultdict(list)
    for verb in VERBS.values():
        names[verb.rows].append(verb.name)
    found = NOBODY
    for rows, verbs in names.items():
        subject = rows(user, action).filter(code=OuterRef("subject")).order_by()
        found |= Q(verb__in=verbs) & Q(Exists(subject))
    return found


def decidable(user: User) -> Q:
    """What `user` may decide now: in their own right, or on behalf of somebody for whom they stand in."""
    if not user.has_perm(DECIDE):
        return NOBODY
    asked = eligible(user)
    for mandate in mandates(user, KIND):
        asked |= behind(mandate)
    return about(user, "change") & free(user) & asked


def decidable_alone(user: User) -> Q:
    """What `user` may decide in their own right."""
    if not (user.is_active and user.has_perm(DECIDE)):
        return NOBODY
    return about(user, "change") & free(user) & eligible(user)


def behind(mandate: Mandate) -> Q:
    """What somebody may decide for whom a deputy stands in, wherever they are."""
    with somebody_elses():
        return mandate.covers() & decidable_alone(mandate.person)


def free(user: User) -> Q:
    """Not their own, and nothing that they, or somebody on their behalf, decided about already."""
    votes = Vote.objects.standing().filter(proposal=OuterRef("pk"))
    return ~Q(author=user) & ~Q(Exists(votes.filter(Q(actor=user) | Q(on_behalf_of=user))))


def eligible(user: User) -> Q:
    """Asked in the open step: by name, by role, by team, for what they answer for, or as anybody."""
    listed = Q(who=Who.ANYBODY) | Q(person=user) | Q(group__in=user.groups.order_by().values("pk"))
    if user.team_id:
        listed |= Q(team=user.team_id)
    found = Q(Exists(_open_deciders().filter(listed)))
    for verbs, answering, who in _answered():
        asked = Exists(_open_deciders().filter(who=who))
        found |= Q(verb__in=verbs) & Q(asked) & Q(Exists(_answers(user, answering, who)))
    return found


def personal(user: User) -> Q:
    """Asked of this very person: by name, or because they answer for what it is about."""
    found = Q(Exists(_open_deciders().filter(person=user)))
    for verbs, answering, who in _answered():
        wanted = [who] if who == Who.STEWARD_ABOVE else [who, Who.ANYBODY]
        asked = Exists(_open_deciders().filter(who__in=wanted))
        found |= Q(verb__in=verbs) & Q(asked) & Q(Exists(_answers(user, answering, who)))
    return found


def _open_deciders() -> Any:
    return Decider.objects.filter(
        step__proposal=OuterRef("pk"), step__state=ProposalStep.State.OPEN
    ).order_by()


def _answered() -> Iterator[tuple[list[str], Answering, str]]:
    """Yield the verbs that are answered for alike, with each kind of people who answer."""
    verbs: dict[int, list[str]] = defaultdict(list)
    known: dict[int, Answering] = {}
    for verb in VERBS.values():
        if verb.answering:
            verbs[id(verb.answering)].append(verb.name)
            known[id(verb.answering)] = verb.answering
    for key, answering in known.items():
        yield from ((verbs[key], answering, who) for who in answering.people)


def _answers(user: User, answering: Answering, who: str) -> Any:
    """The subject of the proposal, if `user` answers for it."""
    mine, nobody = NOBODY, Q()
    for path in answering.people[who]:
        mine |= nobody & Q(**{path: user.pk})
        nobody &= Q(**{f"{path}__isnull": True})
    return answering.model._default_manager.filter(mine, code=OuterRef("subject")).order_by()
