"""The same edit for everybody: who may make it makes it, who may not proposes it."""

from typing import Any

from django.db import models, transaction

from accesscontrol.identity.models import User
from catalog.editing.stale import Stale
from stewardship.approvals.models import Proposal
from stewardship.approvals.services import find_verb, propose


def may_do(*, verb: str, subject: Any, user: User) -> bool:
    """Whether `user` may do it at once: what else may be done is to propose it."""
    rows: models.QuerySet[Any] = find_verb(verb).rows(user, "change")
    return rows.filter(pk=subject.pk).exists()


@transaction.atomic
def do_or_propose(
    *, verb: str, subject: Any, changes: dict[str, Any], version: int, reason: str, actor: User
) -> Proposal | None:
    """Do it in the name of `actor`, or return the proposal that now waits for somebody who may.

    What the actor has proposed about it before, and nobody has decided, becomes a part of the new proposal.
    `version` is the one that the actor looked at. Raises Stale, Refused, or ValidationError by field.
    """
    known = find_verb(verb)
    if may_do(verb=verb, subject=subject, user=actor):
        known.apply(subject, known.check(changes), actor.username, version)
        return None
    if subject.version != version:
        raise Stale(subject)
    mine = Proposal.objects.open().about(subject.code).filter(verb=verb, author=actor)
    earlier = mine.first()
    if earlier:
        changes = {**earlier.after, **changes}
        reason = reason if reason in earlier.reason else f"{earlier.reason}\n\n{reason}".strip()
    return propose(verb=verb, subject=subject, changes=changes, reason=reason, author=actor)
