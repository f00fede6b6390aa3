"""Everybody at once: who can see one asset, and what other policies would change, exactly."""

from functools import partial
from random import Random

from accesscontrol.grants.models import Grant
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.rules import RuleSet
from accesscontrol.policysets.services import install
from accesscontrol.reach.who import who
from accesscontrol.simulation.reads import simulate
from benchmarks import access_world
from benchmarks.access_world import Document
from benchmarks.harness import Benchmark, seconds
from benchmarks.skeleton_measures import median, spent
from catalog.assets.models import Asset


def measure(bench: Benchmark, *, assets: int, people: int, times: int) -> None:
    access_world.load_assets(assets)
    access_world.load_people(people)
    documents = access_world.rich_policies(50)
    rules = RuleSet(map(read_policy, documents))
    dice = Random(access_world.SEED)
    some = list(Asset.objects.order_by("pk")[: times * 10])
    asked = [dice.choice(some) for _ in range(times)]
    install(documents=documents, summary="bench", actor="bench")
    bench.row(seen_by=[who(asset, "view").count for asset in asked])
    each = median([spent(partial(who, asset, "view")) for asset in asked])
    bench.row(who_can_see_by_the_clock_ms=each.clock, who_can_see_own_ms=each.own)
    bench.bar(f"who can see one asset, of {people:,} people", each.work, "ms", bar=200)
    simulated(bench, rules, documents, assets=assets, people=people)


def simulated(
    bench: Benchmark, before: RuleSet, documents: list[Document], *, assets: int, people: int
) -> None:
    """Take one policy of fifty away and add four, one of them a forbid."""
    others = access_world.rich_policies(60)[50:]
    changed = [*documents[1:], *others[:4]]
    after = RuleSet(map(read_policy, changed))
    found = []
    took = seconds(lambda: found.append(simulate(before, after, env=access_world.env())))
    pairs = sum(change.gained + change.lost for change in found[0].changes)
    bench.row(pairs_that_change=pairs, grants=Grant.objects.count())
    bench.bar(f"exact simulation, {people:,} people × {assets:,} assets", took, "s", bar=60)
