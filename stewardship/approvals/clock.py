"""What time does to proposals: it asks others, or ends them; it reminds people; it never approves."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.roles.reads import holders_of
from stewardship.approvals import deciding, stepping, telling
from stewardship.approvals.facts import ProposalEscalated, ProposalExpired
from stewardship.approvals.models import Proposal
from stewardship.approvals.steps import Decider, ProposalStep
from stewardship.approvals.verbs import VERBS
from stewardship.chains.models import Silence, Who
from stewardship.delegations import services as delegations
from stewardship.delegations.models import Delegation
from stewardship.notices.services import notify

SYSTEM = "system"
SILENT = "Nobody answered in time."
SOON = timedelta(days=1)


def pass_time() -> Counter[str]:
    """Do what is due by now, one proposal at a time; safe to run twice. Return how many of what."""
    due = ProposalStep.objects.due().filter(proposal__state=Proposal.State.OPEN)
    waiting = due.filter(Q(silence=Silence.EXPIRE) | Q(silence=Silence.ESCALATE, escalated_at__isnull=True))
    return Counter(filter(None, map(_pass, waiting.values_list("proposal", flat=True))))


@transaction.atomic
def _pass(pk: int) -> str:
    row = Proposal.objects.select_for_update(of=("self",)).select_related("author").get(pk=pk)
    step = ProposalStep.objects.due().filter(proposal=row).first() if row.is_open else None
    if step is None:
        return ""
    about: dict[str, Any] = {"subject": str(row.code), "verb": row.verb, "about": str(row.subject)}
    if step.silence == Silence.EXPIRE:
        return _expire(row, step, about)
    if step.silence == Silence.ESCALATE and step.escalated_at is None:
        asked = stepping.escalate(step)
        record(ProposalEscalated(**about, actor=SYSTEM, step=step.position, asked=asked))
        telling.escalated(row, asked)
        return "escalated"
    return ""


def _expire(row: Proposal, step: ProposalStep, about: dict[str, Any]) -> str:
    stepping.end(step)
    row.state, row.decision_reason = Proposal.State.EXPIRED, SILENT
    row.save(update_fields=["state", "decision_reason"])
    delegations.close_item(kind=deciding.KIND, item=row.code, actor=SYSTEM)
    record(ProposalExpired(**about, actor=SYSTEM, step=step.position, reason=SILENT))
    telling.expired(row)
    return "expired"


def remind() -> int:
    """Tell everybody once a day how much of theirs is overdue or nearly so; return how many were told.

    What nobody can decide is told to those who may change the chains.
    """
    now = timezone.now()
    soon = Proposal.objects.open().filter(steps__state=ProposalStep.State.OPEN, steps__due_at__lte=now + SOON)
    overdue = set(soon.filter(steps__due_at__lte=now).values_list("pk", flat=True))
    told, covered = 0, set[int]()
    for person in _asked(soon):
        mine = set(soon.filter(deciding.decidable(person)).values_list("pk", flat=True))
        covered |= mine
        told += _remind(person, len(mine & overdue), len(mine - overdue)) if mine else 0
    return told + _orphans(len(overdue - covered))


def _remind(person: User, overdue: int, soon: int) -> int:
    said = [f"{overdue} overdue"] if overdue else []
    said += [f"{soon} due by tomorrow"] if soon else []
    title = f"Decisions wait for you: {', '.join(said)}"
    return _tell(
        [person], "due", title, "Decide, or hand over what somebody else decides better.", "?due=soon"
    )


def _orphans(number: int) -> int:
    if not number:
        return 0
    title = f"Nobody can decide {number} overdue proposal{'s' if number > 1 else ''}"
    text = "Whom the chain asks is gone, or may not change what it is about. Name others, or withdraw it."
    return _tell(_holding("stewardship.change_chain"), "orphans", title, text, "?tab=open")


def _tell(people: Any, topic: str, title: str, text: str, query: str) -> int:
    key, url = f"proposals:{topic}:{timezone.localdate()}", f"{reverse('inbox')}{query}"
    return notify(recipients=people, key=key, topic=f"decisions_{topic}", title=title, text=text, url=url)


def _asked(proposals: Any) -> list[User]:
    """Everybody whom an open step of these may ask, with those who stand in for them."""
    deciders = Decider.objects.filter(
        step__proposal__in=proposals.values("pk"), step__state=ProposalStep.State.OPEN
    )
    named = Q(pk__in=deciders.values("person")) | Q(groups__in=deciders.values("group"))
    named |= Q(team__in=deciders.values("team")) | Q(pk__in=_answering(proposals))
    if deciders.filter(who=Who.ANYBODY).exists():
        named |= Q(pk__in=_holding(deciding.DECIDE).values("pk"))
    people = User.objects.filter(named, is_active=True).distinct()
    deputies = Delegation.objects.live().filter(person__in=people).values("deputy")
    return list(User.objects.filter(Q(pk__in=people.values("pk")) | Q(pk__in=deputies), is_active=True))


def _answering(proposals: Any) -> set[int]:
    """Everybody who may answer for what these are about."""
    found: set[int] = set()
    for verb in VERBS.values():
        answering = verb.answering
        if answering is None:
            continue
        about = proposals.filter(verb=verb.name).values("subject")
        rows = answering.model._default_manager.filter(code__in=about)
        paths = {path for listed in answering.people.values() for path in listed}
        found |= {pk for row in rows.values_list(*paths) for pk in row if pk}
    return found


def _holding(permission: str) -> Any:
    return holders_of(permission).filter(is_service=False, is_superuser=False)
