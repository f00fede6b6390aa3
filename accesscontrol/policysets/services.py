from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.policy.models import Policy
from accesscontrol.policy.values import PolicyError
from accesscontrol.policysets import changes, facts
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import documents_in_force, in_force, somebody_else_approves
from accesscontrol.policysets.rows import (
    about,
    author_name,
    locked,
    move,
    new,
    one_at_a_time,
    own_draft,
    put_in_force,
    refuse_unready,
    rewrite,
    waiting,
)
from accesscontrol.refusal import Refused

State = PolicySet.State
ADMINISTRATORS: Mapping[str, Any] = {
    "name": "platform-administrators",
    "description": "The role administrator sees and changes everything. Forbids bind it like anybody.",
    "effect": "permit",
    "actions": ["*"],
    "conditions": [{"attribute": "user.roles", "operator": "contains", "value": "administrator"}],
}


@transaction.atomic
def ensure_first_set() -> None:
    """Let administrators in where there is no policy at all yet: superusers have no bypass."""
    if PolicySet.objects.exists():
        return
    before = [policy.document for policy in Policy.objects.active()]
    install(documents=before or [dict(ADMINISTRATORS)], summary="The first policies", actor="system")


@transaction.atomic
def install(*, documents: Iterable[Mapping[str, Any]], summary: str, actor: str) -> PolicySet:
    """Put policies in force that no person proposed: those that the portal itself begins with."""
    row = new(summary=summary, documents=list(documents), author=None)
    row.state = State.APPROVED
    row.save()
    return put_in_force(row, actor, facts.PolicySetActivated)


@transaction.atomic
def draft(*, summary: str, author: User, documents: Any = None) -> PolicySet:
    """Begin a change: a copy of the policies in force, or of `documents`, that decides nothing yet.

    Raises `PolicyError` with the path of what cannot be accepted.
    """
    if not summary.strip():
        raise PolicyError("summary", "must say what the change is for")
    changes.legible(summary, "summary")
    row = new(
        summary=summary.strip()[:200],
        documents=documents_in_force() if documents is None else documents,
        author=author,
    )
    row.save()
    record(
        facts.PolicySetDrafted(
            **about(row, author.username), summary=row.summary, policies=len(row.documents)
        )
    )
    return row


@transaction.atomic
def put_policy(
    *,
    policy_set: PolicySet,
    document: Any,
    actor: User,
    replaces: str | None = None,
    seen: str | None = None,
) -> PolicySet:
    """Write one policy into a draft, in the place of the one called `replaces`.

    `seen` is the digest of the draft that the author looked at. Raises `PolicyError`.
    """
    row = own_draft(policy_set, actor, seen)
    whole = changes.stored_form(document)
    others = [other for other in row.documents if other["name"] != replaces]
    if any(other["name"] == whole["name"] for other in others):
        raise PolicyError("name", f"{whole['name']!r} is the name of another policy")
    return rewrite(row, [*others, whole], actor)


@transaction.atomic
def drop_policy(*, policy_set: PolicySet, name: str, actor: User) -> PolicySet:
    """Take the policy called `name` out of a draft."""
    row = own_draft(policy_set, actor)
    if row.find(name) is None:
        raise PolicyError("name", f"there is no policy {name!r} in this draft")
    return rewrite(row, [other for other in row.documents if other["name"] != name], actor)


@transaction.atomic
def replace_policies(*, policy_set: PolicySet, documents: Any, actor: User) -> PolicySet:
    """Give a draft these policies, and no others."""
    return rewrite(own_draft(policy_set, actor), documents, actor)


@transaction.atomic
def rebase(*, policy_set: PolicySet, actor: User) -> tuple[PolicySet, tuple[str, ...]]:
    """Carry a draft's changes over to the policies in force now.

    Return it with the names of policies that were changed on both sides; the draft's version is kept.
    """
    row = own_draft(policy_set, actor)
    base = row.base.documents if row.base else []
    merged = changes.merge(base, row.documents, documents_in_force())
    row.base = in_force()
    return rewrite(row, merged.documents, actor), merged.conflicts


@transaction.atomic
def note_effect(*, policy_set: PolicySet, against: str, effect: Mapping[str, Any], actor: str) -> None:
    """Keep what a simulation of this set against the set with digest `against` found."""
    row = locked(policy_set)
    row.effect = {**effect, "digest": row.digest, "against": against, "at": timezone.now().isoformat()}
    row.save(update_fields=["effect"])
    record(facts.PolicySetSimulated(**about(row, actor), against=against))


@transaction.atomic
def submit(*, policy_set: PolicySet, actor: User) -> PolicySet:
    """Ask for approval; from now on the content stands still."""
    row = own_draft(policy_set, actor)
    refuse_unready(row)
    if row.digest == changes.digest(documents_in_force()):
        raise Refused("This changes nothing: these policies are in force already.")
    move(row, State.SUBMITTED)
    record(facts.PolicySetSubmitted(**about(row, actor.username)))
    return row


@transaction.atomic
def withdraw(*, policy_set: PolicySet, actor: User) -> PolicySet:
    """Take back what was asked: what waits becomes a draft again, a draft is put away."""
    row = locked(policy_set)
    if row.author_id != actor.pk:
        raise Refused("Only its author can take a change back.")
    if not row.is_open:
        raise Refused(f"This change is closed: {row.get_state_display().lower()}.")
    move(row, State.WITHDRAWN if row.is_draft else State.DRAFT, approved_by=None, approved_alone=False)
    record(facts.PolicySetWithdrawn(**about(row, actor.username)))
    return row


@transaction.atomic
def approve(*, policy_set: PolicySet, actor: User, seen: str, reason: str = "") -> PolicySet:
    """A second person agrees; where nobody else could, the author may, and the log says so.

    `seen` is the digest that the approver looked at. Raises `Refused`.
    """
    if actor.is_service:
        raise Refused("A program approves nothing: a person has to agree.")
    row = waiting(policy_set)
    if seen != row.digest:
        raise Refused("It has changed since you looked at it.")
    refuse_unready(row)
    alone = row.author_id == actor.pk
    if alone and somebody_else_approves(actor):
        raise Refused("Nobody approves their own change: ask a colleague.")
    move(row, State.APPROVED, approved_by=actor, approved_alone=alone, decision_reason=reason)
    record(
        facts.PolicySetApproved(
            **about(row, actor.username), author=author_name(row), reason=reason, alone=alone
        )
    )
    return row


@transaction.atomic
def reject(*, policy_set: PolicySet, actor: User, reason: str) -> PolicySet:
    """Decline it, with a reason for its author."""
    if not reason.strip():
        raise Refused("Say why, so that the author can learn from it.")
    row = waiting(policy_set)
    move(row, State.REJECTED, decision_reason=reason)
    record(facts.PolicySetRejected(**about(row, actor.username), author=author_name(row), reason=reason))
    return row


@transaction.atomic
def activate(*, policy_set: PolicySet, actor: User) -> PolicySet:
    """Let an approved set decide from now on, for everybody."""
    one_at_a_time()  # before it is asked what is in force
    row = locked(policy_set)
    if row.state != State.APPROVED:
        raise Refused("Only an approved change can be put in force.")
    refuse_unready(row)
    return put_in_force(row, actor.username, facts.PolicySetActivated)


@transaction.atomic
def roll_back(*, policy_set: PolicySet, actor: User, reason: str) -> PolicySet:
    """Put a set in force again that was approved and in force before; it needs no new approval."""
    if not reason.strip():
        raise Refused("Say why: it is kept in the audit log.")
    one_at_a_time()
    row = locked(policy_set)
    if not row.was_in_force:
        raise Refused("Only what was in force before can be put back.")
    return put_in_force(row, actor.username, facts.PolicySetRolledBack, reason=reason)
