"""The slow way to every answer: each user with each resource, one at a time."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from accesscontrol.grants.services import grant_access
from accesscontrol.identity.models import User
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.reads import user_values
from accesscontrol.policy.rules import RuleSet
from catalog.assets.models import Asset
from tests.accesscontrol.policy.world import WIDER, stored_values
from tests.build import make_grant, make_user

ACTIONS = ("view", "change", "discover")
# Later than any grant that a test gives now, however long the suite has been running.
NOW = {"time": timezone.now() + timedelta(hours=6), "break_glass": False}


def rule_set(documents: list[dict[str, Any]]) -> RuleSet:
    return RuleSet(
        read_policy({"name": f"p{at}", **document}, vocabulary=WIDER) for at, document in enumerate(documents)
    )


def crowd() -> dict[int, dict[str, Any]]:
    """A few people with awkward values, on top of those of the stock; everybody's attributes."""
    make_user("b", "viewer", department="ab", clearance=2, location="a%")
    make_user("c", "viewer", department="ab", clearance=2, location="a%")  # like b but by name
    make_user("d", "analyst", clearance=0, location="ä")
    make_user("giver")
    make_user("gone", "analyst", clearance=3)
    User.objects.filter(username="gone").update(is_active=False)
    return {user.pk: dict(user_values(user)) for user in User.objects.filter(is_active=True)}


def grants() -> dict[str, set[tuple[str, int]]]:
    """Some objects granted to a person and to a role; (username, asset) by action."""
    first, second, third = Asset.objects.order_by("pk")[:3]
    d, giver = (User.objects.get(username=name) for name in ("d", "giver"))
    make_grant(d, first, "view")
    make_grant(d, second, "view", revoked_at=timezone.now(), revoke_reason="a test")
    make_grant(d, third, "change")
    role = Group.objects.get(name="viewer")
    end = timezone.now() + timedelta(days=1)
    grant_access(obj=third, action="view", group=role, actor=giver, reason="a test", ends_at=end)
    return {
        "view": {("d", first.pk), ("b", third.pk), ("c", third.pk)},
        "change": {("d", third.pk)},
        "discover": set(),
    }


def allowed(
    rules: RuleSet, people: dict[int, Any], held: dict[str, set[tuple[str, int]]], action: str
) -> set[tuple[str, int]]:
    """Return every (username, asset) that `decide` and the grants allow."""
    found = set()
    for values in people.values():
        for pk, resource in stored_values().items():
            situation = {"user": values, "resource": resource, "env": NOW}
            decision = rules.decide("asset", action, situation)
            pair = (values["username"], pk)
            if decision.allowed or (decision.reason == "no permit" and pair in held[action]):
                found.add(pair)
    return found


def truths(rules: RuleSet, people: dict[int, Any], name: str) -> dict[tuple[str, int], Any]:
    """Return what the policy called `name` answers for every (username, asset)."""
    compiled = next(each for each in rules.compiled if each.rule.name == name)
    return {
        (values["username"], pk): compiled.test({"user": values, "resource": resource, "env": NOW})
        for values in people.values()
        for pk, resource in stored_values().items()
    }
