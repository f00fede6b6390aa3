"""A page of 50 of a long list, as somebody whom policies restrict, beside the same page without policies."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

from accesscontrol.audit import context
from accesscontrol.identity.models import User
from accesscontrol.policy.reads import forget
from accesscontrol.policysets.services import install
from benchmarks import access_world
from benchmarks.harness import Benchmark
from benchmarks.skeleton_measures import Spent, by_turns
from catalog.assets.models import Asset

PER_PAGE = 50
READERS = 5


def measure(bench: Benchmark, *, assets: int, people: int, times: int) -> None:
    access_world.load_assets(assets)
    readers = access_world.load_people(people)[:READERS]
    few = pages(bench, 50, readers, times)
    many = pages(bench, 1000, readers, times)
    bench.bar("page of 50 under 1,000 policies: times under 50", many / few, "×", bar=2)


def pages(bench: Benchmark, policies: int, readers: list[User], times: int) -> float:
    """Return the milliseconds of work of a page under so many policies."""
    install(documents=access_world.rich_policies(policies), summary="bench", actor="bench")
    forget()
    for reader in readers:  # each has looked before, as people have
        page(reader)
    bench.row(policies=policies, seen=[Asset.objects.visible_to(reader).count() for reader in readers])
    without, under = by_turns(partial(all_of, readers, unguarded), partial(all_of, readers, page), times)
    each = [spent.each(len(readers)) for spent in (without, under)]
    bench.row(page_without_ms=each[0].clock, page_under_ms=each[1].clock, **work(each))
    bench.bar(
        f"page of 50 under {policies:,} policies: times without",
        each[1].work / each[0].work,
        "×",
        bar=3 if policies == 50 else 6,
    )
    return each[1].work


def work(each: list[Spent]) -> dict[str, float]:
    return {"work_without_ms": each[0].work, "work_under_ms": each[1].work}


def all_of(readers: list[User], read: Callable[[User], object]) -> None:
    for reader in readers:
        read(reader)


def page(reader: User) -> list[Asset]:
    """Return a page as a request reads it: the policies and the reader are looked up anew."""
    context.enter(context.Context(request_id=uuid4().hex, ip="10.0.0.1"))
    try:
        return list(Asset.objects.visible_to(reader).for_list().order_by("name")[:PER_PAGE])
    finally:
        context.enter(context.NOWHERE)


def unguarded(reader: User) -> list[Asset]:
    return list(Asset.objects.for_list().order_by("name")[:PER_PAGE])
