"""The rows behind the verbs of `services`: found under a lock, moved, and put in force."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.policy.services import enforce
from accesscontrol.policy.values import PolicyError
from accesscontrol.policysets import changes, facts
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import in_force, readiness
from accesscontrol.refusal import Refused

State = PolicySet.State


def new(*, summary: str, documents: Any, author: User | None) -> PolicySet:
    whole = changes.checked(documents)
    one_at_a_time()
    last = PolicySet.objects.aggregate(last=Max("number"))["last"] or 0
    return PolicySet(
        number=last + 1,
        summary=summary,
        documents=whole,
        digest=changes.digest(whole),
        base=in_force(),
        author=author,
    )


def rewrite(row: PolicySet, documents: Any, actor: User) -> PolicySet:
    before, old = row.digest, row.documents
    row.documents = changes.checked(documents)
    row.digest = changes.digest(row.documents)
    row.save(update_fields=["documents", "digest", "base"])
    named = names(changes.compare(old, row.documents))
    record(facts.PolicySetRewritten(**about(row, actor.username), before=before, **named))
    return row


def put_in_force(row: PolicySet, actor: str, fact: type[facts.PolicySetActivated], **more: Any) -> PolicySet:
    one_at_a_time()
    replaced = in_force()
    if replaced:
        move(replaced, State.RETIRED)
    move(row, State.ACTIVE, activated_at=timezone.now())
    enforce(documents=row.documents, actor=actor)
    named = names(changes.compare(replaced.documents if replaced else [], row.documents))
    record(fact(**about(row, actor), replaced=replaced.number if replaced else None, **named, **more))
    return row


def names(found: Iterable[changes.Change]) -> dict[str, Any]:
    named: dict[str, list[str]] = {"added": [], "changed": [], "removed": []}
    for change in found:
        named[change.kind].append(change.name)
    return named


def one_at_a_time() -> None:
    """Numbers and the pointer to what is in force change one transaction after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accesscontrol.policyset'))")


def locked(policy_set: PolicySet) -> PolicySet:
    rows = PolicySet.objects.select_for_update(of=("self",)).select_related("author", "base")
    return rows.get(pk=policy_set.pk)


def own_draft(policy_set: PolicySet, actor: User, seen: str | None = None) -> PolicySet:
    """Return the draft, for its author only: an approver must not have written what they approve."""
    row = locked(policy_set)
    if row.author_id != actor.pk:
        raise Refused("Only its author can change a draft; begin your own from it.")
    if not row.is_draft:
        raise Refused("Only a draft can be changed; this one is " + row.get_state_display().lower() + ".")
    if seen is not None and seen != row.digest:
        raise PolicyError("digest", "is another by now: somebody else changed this draft")
    return row


def waiting(policy_set: PolicySet) -> PolicySet:
    row = locked(policy_set)
    if row.state != State.SUBMITTED:
        raise Refused(f"Nobody is asked to decide on it: {row.get_state_display().lower()}.")
    return row


def refuse_unready(row: PolicySet) -> None:
    ready = readiness(row)
    if not ready.is_current:
        raise Refused("Other policies were put in force meanwhile: update the draft to them first.")
    if not ready.is_simulated:
        raise Refused("Simulate it first: nobody should agree to an effect that nobody has seen.")


def move(row: PolicySet, state: str, **values: Any) -> None:
    row.state = state
    if state in {State.APPROVED, State.REJECTED}:
        values["decided_at"] = timezone.now()
    for key, value in values.items():
        setattr(row, key, value)
    row.save(update_fields=["state", *values])


def author_name(row: PolicySet) -> str:
    return row.author.username if row.author else "system"


def about(row: PolicySet, actor: str) -> dict[str, Any]:
    return {"subject": str(row.code), "actor": actor, "number": row.number, "digest": row.digest}
