"""Decisions about many things at once. Each is taken by the service of its room, in its own transaction."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.approvals.inbox import Waiting
from stewardship.inbox.facts import ManyDecided
from stewardship.inbox.reads import named, parsed

APPROVE, REJECT, HAND_OVER = "approve", "reject", "hand_over"
MOST = 200
NOT_YOURS = "Something that does not wait for you"
ALONE = "This is decided on its own page."
FAILED = "The portal could not do this; the reason is in its log."

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What became of one thing: `text` says why not."""

    key: str
    kind: str
    about: str
    url: str
    done: bool
    text: str = ""


def decide_many(*, actor: User, decision: str, keys: Sequence[str], reason: str = "") -> list[Outcome]:
    """Approve or reject each of these; what cannot be decided stays as it is, and says why.

    Raises `ValidationError` by field before anything is done: nothing chosen, too much, no reason to reject.
    """
    if decision not in {APPROVE, REJECT}:
        raise ValidationError({"decision": f"One of {APPROVE}, {REJECT}."})
    if decision == REJECT and not reason.strip():
        raise ValidationError({"reason": "Say why; those who asked read it."})

    def act(waiting: Waiting) -> Callable[..., None] | None:
        decide = waiting.approve if decision == APPROVE else waiting.reject
        return partial(_with_reason, decide, reason) if decide else None

    return _each(actor, decision, keys, reason, act)


def hand_over_many(*, actor: User, keys: Sequence[str], deputy: User, reason: str = "") -> list[Outcome]:
    """Let `deputy` decide each of these instead of `actor`, where the deputy may; raises as above."""
    if deputy.pk == actor.pk or not deputy.is_active or deputy.is_service:
        raise ValidationError({"deputy": "Choose a colleague."})

    def act(waiting: Waiting) -> Callable[..., None] | None:
        given = waiting.hand_over
        return (lambda user, code: given(user, code, deputy, reason)) if given else None

    return _each(actor, HAND_OVER, keys, reason, act)


def _with_reason(decide: Callable[..., None], reason: str, user: User, code: object) -> None:
    decide(user, code, reason)


def _each(
    actor: User,
    decision: str,
    keys: Sequence[str],
    reason: str,
    act: Callable[[Waiting], Callable[..., None] | None],
) -> list[Outcome]:
    wanted = list(dict.fromkeys(keys))
    if not 1 <= len(wanted) <= MOST:
        raise ValidationError({"items": f"Choose 1 to {MOST} things."})
    known = named(wanted, reader=actor)
    outcomes = []
    for key in wanted:
        item = known.get(key)
        text = _tried(actor, key, act)
        about = item.line.about if item else (NOT_YOURS if text else key)
        kind, url = (item.waiting.title, item.line.url) if item else ("", "")
        outcomes.append(Outcome(key, kind, about, url, not text, text))
    _note(actor, decision, reason, outcomes)
    return outcomes


def _tried(actor: User, key: str, act: Callable[[Waiting], Callable[..., None] | None]) -> str:
    """Do it in a transaction of its own; return why it was not done, or nothing."""
    waiting, code = parsed(key)
    if waiting is None or code is None:
        return "There is no such thing here."
    do = act(waiting)
    if do is None:
        return ALONE
    try:
        with transaction.atomic():
            do(actor, code)
    except Refused as refusal:
        return str(refusal)
    except ValidationError as error:
        return " ".join(error.messages)
    except Exception:  # the edge: a fault in one room must not lose the report about the others
        logger.exception("A decision about %s failed", key)
        return FAILED
    return ""


@transaction.atomic
def _note(actor: User, decision: str, reason: str, outcomes: list[Outcome]) -> None:
    done = sum(each.done for each in outcomes)
    record(
        ManyDecided(
            subject=decision,
            actor=actor.username,
            done=done,
            refused=len(outcomes) - done,
            reason=reason.strip(),
        )
    )
