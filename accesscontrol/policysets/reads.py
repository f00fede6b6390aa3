"""What is in force, and what a set would change."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Q, QuerySet

from accesscontrol.identity.models import User
from accesscontrol.policy.rules import RuleSet
from accesscontrol.policysets import changes
from accesscontrol.policysets.models import PolicySet, PolicySetQuerySet


@dataclass(frozen=True)
class Readiness:
    """Whether a set may go on, and else what is missing, in a sentence each."""

    is_current: bool  # it starts from the policies in force now
    is_simulated: bool  # its effect on them is known


def in_force() -> PolicySet | None:
    return PolicySet.objects.in_force().first()


def documents_in_force() -> list[dict[str, Any]]:
    active = in_force()
    return active.documents if active else []


def rule_set(policy_set: PolicySet) -> RuleSet:
    """Return the set compiled, as it decides once it is in force."""
    return RuleSet(changes.rules(policy_set.documents))


def changes_of(policy_set: PolicySet) -> list[changes.Change]:
    """Return what an open set changes of the policies in force, or what a closed one changed of its base."""
    if policy_set.is_open:
        return changes.compare(documents_in_force(), policy_set.documents)
    return changes.compare(policy_set.base.documents if policy_set.base else [], policy_set.documents)


def readiness(policy_set: PolicySet) -> Readiness:
    active = in_force()
    effect = policy_set.effect or {}
    against = active.digest if active else ""
    return Readiness(
        is_current=policy_set.base_id == (active.pk if active else None),
        is_simulated=(effect.get("digest"), effect.get("against")) == (policy_set.digest, against),
    )


def decidable(reader: User) -> PolicySetQuerySet:
    """Return the sets that wait for `reader` to approve them; their own only where nobody else could."""
    rows = PolicySet.objects.visible_to(reader, "approve").filter(state=PolicySet.State.SUBMITTED)
    return rows.filter(~Q(author=reader) | ~Exists(_other_approvers(reader)))


def somebody_else_approves(author: User) -> bool:
    """Return whether any other person could approve what `author` proposes."""
    return _other_approvers(author).exists()


def _other_approvers(author: User) -> QuerySet[User]:
    named = {"codename": "approve_policyset", "content_type__app_label": "accesscontrol"}
    others = User.objects.filter(is_active=True, is_service=False).exclude(pk=author.pk)
    by_role = {f"groups__permissions__{key}": value for key, value in named.items()}
    return others.filter(**by_role)
