from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q

from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.approvals.conflict import Difference, compare
from stewardship.approvals.deciding import KIND, behind, personal
from stewardship.approvals.models import Proposal
from stewardship.approvals.verbs import VERBS, Verb
from stewardship.approvals.wording import plain
from stewardship.delegations.reads import mandates


def find_verb(name: str) -> Verb:
    """Return the registered verb; raises `ValidationError` naming the field."""
    if name not in VERBS:
        raise ValidationError({"verb": f"There is no verb {name}. Known: {', '.join(sorted(VERBS))}."})
    return VERBS[name]


def subject_of(proposal: Proposal, *, reader: User, action: str = "view") -> Any:
    """Return what it is about, if `reader` may do `action` on it; raises `Refused`."""
    verb = VERBS.get(proposal.verb)
    found = verb.rows(reader, action).filter(code=proposal.subject).first() if verb else None
    if found is None:
        raise Refused("What this proposal is about is no longer there.")
    return found


def differences(proposal: Proposal, subject: Any) -> list[Difference]:
    """Return, by field, what it was made for, what it says, and what is there now."""
    present = VERBS[proposal.verb].current(subject, proposal.after)
    return compare(proposal.before, proposal.after, {key: plain(value) for key, value in present.items()})


def asked_for(rows: Sequence[Proposal], reader: User) -> dict[int, User]:
    """Return for whom `reader` stands in, by the key of the proposal: one query for each of these people."""
    found: dict[int, User] = {}
    for mandate in mandates(reader, KIND):
        asked = behind(mandate) & (Q() if mandate.items else personal(mandate.person))
        keys = Proposal.objects.filter(asked, pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
        found |= dict.fromkeys(keys, mandate.person)
    return found


def more_like(row: Proposal, *, reader: User) -> dict[str, int]:
    """Return how many more of the same author, and about the same subject, wait for `reader`."""
    others = Proposal.objects.decidable_by(reader).exclude(pk=row.pk)
    return others.aggregate(
        author=Count("pk", filter=Q(author=row.author_id)), subject=Count("pk", filter=Q(subject=row.subject))
    )


def is_last_approval(row: Proposal) -> bool:
    """Return whether one more approval does it."""
    step = row.steps.open().first()
    if step is None or row.steps.filter(position__gt=step.position).exists():
        return False
    return step.votes.standing().filter(approves=True).count() + 1 >= step.needed
