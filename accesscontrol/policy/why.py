"""Why somebody may or may not do something: with the conditions in words, grants, and what to do next."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone

from accesscontrol.grants.models import Grant
from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import Attribute
from accesscontrol.policy.explain import Explanation, RuleExplained
from accesscontrol.policy.gaps import Gap, Hidden, gaps
from accesscontrol.policy.querysets import ByPolicy, explain_decision, may
from accesscontrol.policy.reads import policy_set
from accesscontrol.policy.semantics import Values

OTHERS = frozenset(  # say who somebody else is
    {"resource.owner", "resource.business_owner", "resource.steward", "user.username"}
)


@dataclass(frozen=True)
class Why:
    """An explanation; `short` has each policy that matters with what it lacks."""

    explanation: Explanation
    short: tuple[tuple[RuleExplained, tuple[Gap, ...]], ...]
    grants: tuple[Grant, ...]
    seen: bool  # the user may view it, whatever was asked
    requestable: bool

    def in_words(self, hidden: Hidden = lambda attribute: False) -> list[tuple[RuleExplained, list[str]]]:
        """Return each policy that matters with its conditions in words."""
        return [(rule, [gap.words(hidden) for gap in found]) for rule, found in self.short]

    def alternatives(self) -> list[str]:
        """Return what is missing as we may tell the user: any one of these would do.

        Of what is only discovered, no value is told: its name and its owner are all there is to know.
        """

        def hidden(attribute: Attribute) -> bool:
            return hidden_from_anybody(attribute) or (attribute.root == "resource" and not self.seen)

        return [" and ".join(words) for _, words in self.in_words(hidden) if words]

    @property
    def allowed(self) -> bool:
        return self.explanation.decision.allowed

    @property
    def reason(self) -> str:
        return self.explanation.decision.reason


def hidden_from_anybody(attribute: Attribute) -> bool:
    """Return whether a value would tell a user about other people, or about what only some may know."""
    of_others = attribute.root == "resource" and attribute.sensitive
    return of_others or str(attribute) in OTHERS


def why(user: User, obj: models.Model, action: str, env: Values | None = None) -> Why | None:
    """Return why, for one stored object; None where policies have no say."""
    found = explain_decision(user, obj, action, env)
    guard: Any = getattr(obj, "guard", None)
    if found is None or not isinstance(guard, ByPolicy):
        return None
    seen = may(user, obj)
    return Why(
        explanation=found,
        short=tuple(_short(found, guard.situation(obj, user, env))),
        grants=tuple(_grants(user, obj, action)) if found.decision.reason == "granted" else (),
        seen=seen,
        requestable=not found.decision.allowed and (seen or may(user, obj, "discover")),
    )


def _short(found: Explanation, situation: Any) -> Any:
    """Yield the forbids that decide, or the nearest permits, each with the conditions in question."""
    rules = {compiled.rule.name: compiled.rule for compiled in policy_set().compiled}
    forbidden = found.decision.reason == "forbidden"
    asked = [rule for rule in found.rules if rule.decides] if forbidden else found.nearest_permits
    if not found.decision.allowed and situation:
        for rule in asked:
            yield rule, gaps(rules[rule.name].conditions, situation, wanted=not forbidden)


def _grants(user: User, obj: models.Model, action: str) -> Any:
    """Return the live grants that let `user` in."""
    rows = Grant.objects.live(timezone.now()).on(obj).for_list()
    named = rows.filter(permission__codename=f"{action}_{obj._meta.model_name}")
    return named.filter(models.Q(user=user) | models.Q(group__in=user.groups.values("pk")))
