"""One decision: ours, Cedar's with everything parsed beforehand, and a tutorial's three queries."""

import json
import statistics
import time
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import cedarpy

from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.policy.cedar import context_of, to_cedar, values_of
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.explain import explain
from accesscontrol.policy.models import Policy
from accesscontrol.policy.reads import values_of as values_of_people
from accesscontrol.policy.rules import RuleSet
from accesscontrol.policy.semantics import Situation
from accesscontrol.policysets.services import install
from benchmarks import access_world
from benchmarks.harness import Benchmark
from catalog.assets.models import Asset

ZONES = ("Europe/Berlin", "UTC")
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: left == right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}
Pair = tuple[User, Asset, Situation]


def measure(bench: Benchmark, *, assets: int, people: int, pairs: int, rounds: int) -> None:
    access_world.load_assets(assets)
    access_world.load_people(people)
    drawn = draw(pairs)
    of_cedar(bench, "rich", access_world.rich_policies(50), drawn, rounds)
    of_cedar(bench, "plain", access_world.plain_policies(50), drawn, rounds)
    of_the_tutorial(bench, access_world.plain_policies(50), drawn, rounds)


def draw(pairs: int) -> list[Pair]:
    """Return people beside assets, with what policies may know of both."""
    dice = Random(access_world.SEED)
    people, assets = list(User.objects.order_by("pk")), list(Asset.objects.order_by("pk")[:5000])
    values, columns = values_of_people(User.objects.order_by()), Asset.guard.columns
    stored = {pk: row for pk, *row in Asset.objects.values_list("pk", *columns.values())}
    found: list[Pair] = []
    for _ in range(pairs):
        user, asset = dice.choice(people), dice.choice(assets)
        resource = dict(zip(columns, stored[asset.pk], strict=True))
        found.append(
            (user, asset, {"user": values[user.pk], "resource": resource, "env": access_world.env()})
        )
    return found


def rules_of(documents: list[access_world.Document]) -> RuleSet:
    return RuleSet(map(read_policy, documents))


def of_cedar(
    bench: Benchmark, name: str, documents: list[access_world.Document], pairs: list[Pair], rounds: int
) -> None:
    rules = [read_policy(document) for document in documents]
    policies = cedarpy.PolicySet.from_str(to_cedar(rules))
    asked = [(_request(situation), _entities(situation)) for _, _, situation in pairs]
    situations = [situation for _, _, situation in pairs]
    cold, warm = RuleSet(rules), RuleSet(rules)
    for situation in situations:
        warm.residual("asset", "view", situation)

    def by_cedar() -> list[bool]:
        return [cedarpy.is_authorized(request, policies, known).allowed for request, known in asked]

    def by_us() -> list[bool]:
        return [cold.decide("asset", "view", situation).allowed for situation in situations]

    def from_what_is_kept() -> list[bool]:
        return [warm.decide("asset", "view", situation).allowed for situation in situations]

    if not by_us() == by_cedar() == from_what_is_kept():
        raise SystemExit(f"Cedar and we decide differently on the {name} policies.")
    cedar, ours, kept = (
        each / len(pairs) for each in processor_seconds([by_cedar, by_us, from_what_is_kept], rounds)
    )
    bench.row(policies=name, allowed=sum(by_us()), decisions=len(pairs))
    bench.row(cedar_us=cedar * 1e6, ours_us=ours * 1e6, from_what_is_kept_us=kept * 1e6)
    bench.bar(
        f"one decision, {name}: times Cedar's per CPU second", cedar / ours, "×", bar=5, better="higher"
    )
    explained = processor_seconds([lambda: _explain_all(cold, situations)], rounds)[0] / len(pairs)
    bench.bar(f"explain, {name}", explained * 1000, "ms", bar=1)


def _explain_all(rules: RuleSet, situations: list[Situation]) -> None:
    for situation in situations:
        explain(rules, "asset", "view", situation)


def processor_seconds(works: list[Callable[[], object]], rounds: int) -> list[float]:
    """Return the median processor seconds of each piece of work, run by turns."""
    spent: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for times, work in zip(spent, works, strict=True):
            began = time.process_time()
            work()
            times.append(time.process_time() - began)
    return [statistics.median(times) for times in spent]


def _request(situation: Situation) -> dict[str, Any]:
    return {
        "principal": {"type": "User", "id": "u"},
        "action": {"type": "Action", "id": "view"},
        "resource": {"type": "Asset", "id": "a"},
        "context": context_of(situation, ZONES),
    }


def _entities(situation: Situation) -> cedarpy.Entities:
    kinds = (("User", "u", VOCABULARY.user), ("Asset", "a", VOCABULARY.resources["asset"]))
    return cedarpy.Entities.from_json_str(
        json.dumps(
            [
                {"uid": {"type": kind, "id": name}, "attrs": values_of(situation, listed), "parents": []}
                for kind, name, listed in kinds
            ]
        )
    )


def of_the_tutorial(
    bench: Benchmark, documents: list[access_world.Document], pairs: list[Pair], rounds: int
) -> None:
    install(documents=documents, summary="bench", actor="bench")
    rules = rules_of(documents)
    few = pairs[: max(20, len(pairs) // 10)]

    def by_tutorial() -> list[bool]:
        return [tutorial(user.pk, asset.pk) for user, asset, _ in few]

    def by_us() -> list[bool]:
        return [rules.decide("asset", "view", situation).allowed for _, _, situation in few]

    if by_tutorial() != by_us():
        raise SystemExit("The tutorial and we decide differently on the plain policies.")
    theirs, ours = (each / len(few) for each in processor_seconds([by_tutorial, by_us], rounds))
    bench.row(tutorial_us=theirs * 1e6, ours_us=ours * 1e6)
    bench.bar(
        "one decision: times the tutorial's three queries", theirs / ours, "×", bar=100, better="higher"
    )


def tutorial(user_pk: int, asset_pk: int) -> bool:
    """Return the decision as a tutorial makes it: policies, user and resource are read for each."""
    policies = list(Policy.objects.filter(is_active=True))
    user = User.objects.select_related("team").get(pk=user_pk)
    asset = Asset.objects.select_related("domain").get(pk=asset_pk)
    known = {"user": _attributes_of(user), "resource": _attributes_of(asset)}
    return any("read" in policy.actions and _holds(policy.conditions, known) for policy in policies)


def _attributes_of(row: User | Asset) -> dict[str, Any]:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    if isinstance(row, User):
        return {**values, "team": row.team.name if row.team else None}
    return {**values, "domain": row.domain.slug if row.domain else None}


def _holds(conditions: list[access_world.Condition], known: Mapping[str, Mapping[str, Any]]) -> bool:
    for condition in conditions:
        root, _, name = condition["attribute"].partition(".")
        value = known[root].get(name)
        if value is None or not COMPARE[condition["operator"]](value, condition["value"]):
            return False
    return True
