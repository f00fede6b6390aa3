"""The check that three compilations of one set of policies give one answer: for an object, for a user,
for a table. Mutants of the compiler must die in it.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from accesscontrol.policy import to_q
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.rules import Residual, RuleSet, decision_by
from accesscontrol.policy.semantics import closure
from catalog.assets.models import Asset
from tests.accesscontrol.policy.world import COLUMNS, WIDER

Resources = Mapping[int, Mapping[str, Any]]
Known = Mapping[str, Mapping[str, Any]]


def rule_set(documents: list[dict[str, Any]]) -> RuleSet:
    return RuleSet(
        read_policy({"name": f"p{at}", **document}, vocabulary=WIDER) for at, document in enumerate(documents)
    )


def assert_agreement(
    resources: Resources, rules: RuleSet, known: Known, granted: frozenset[int] = frozenset()
) -> set[int]:
    """Return what is allowed, after each way of asking said so."""
    by_rules = {pk for pk, values in resources.items() if rule_by_rule(rules, known, values, pk in granted)}
    by_object = allowed(rules, resources, known, granted)
    assert by_object == by_rules
    left = rules.residual("asset", "view", known)
    assert by_residual(left, resources, granted) == by_object
    assert allowed(rules, resources, known, granted) == by_object  # now from what is kept for the user
    assert by_table(left, granted) == by_object
    return by_object


def rule_by_rule(rules: RuleSet, known: Known, values: Mapping[str, Any], granted: bool) -> bool:
    """Return the decision by the definition: each rule in force is asked, and nothing is kept."""
    situation = {**known, "resource": values}
    asked = rules.about("asset", "view", situation)
    applying = [item.rule for item in asked if item.satisfied(closure(item.core)(situation))]
    decision = decision_by(applying)
    return decision.allowed or (granted and not applying)


def allowed(rules: RuleSet, resources: Resources, known: Known, granted: frozenset[int]) -> set[int]:
    found = set()
    for pk, values in resources.items():
        decision = rules.decide("asset", "view", {**known, "resource": values})
        if decision.allowed or (decision.reason == "no permit" and pk in granted):
            found.add(pk)
    return found


def by_residual(left: Residual, resources: Resources, granted: frozenset[int]) -> set[int]:
    return {pk for pk, values in resources.items() if holds(left, {"resource": values}, pk in granted)}


def holds(left: Residual, situation: Known, granted: bool) -> bool:
    permitted = granted or any(closure(rest)(situation) is True for rest in left.permits)
    barred = any(closure(rest)(situation) is not False for rest in left.strict)
    return permitted and not barred and not any(closure(rest)(situation) for rest in left.lenient)


def by_table(left: Residual, granted: frozenset[int]) -> set[int]:
    """Return what the query finds; its opposite finds the rest, as nothing in it is ever NULL."""
    exceptions = Q(pk__in=granted) if granted else to_q.NOTHING
    asked = to_q.predicate(left, COLUMNS, exceptions)
    found = list(Asset.objects.filter(asked).values_list("pk", flat=True))
    others = set(Asset.objects.filter(~asked).values_list("pk", flat=True))
    assert len(found) == len(set(found))
    assert others.isdisjoint(found)
    assert len(others) + len(found) == Asset.objects.count()
    return set(found)
