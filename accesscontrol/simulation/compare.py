"""One action under two rule sets: who gains and who loses what. Knows no Django.

People whom the rules cannot tell apart are asked about once; where both rule sets come to the same,
nothing is asked at all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from accesscontrol.policy.rules import RuleSet
from accesscontrol.policy.semantics import Values
from accesscontrol.simulation.delta import (
    MOST_PEOPLE,
    SAMPLE,
    Change,
    PersonDelta,
    Sample,
    listed_facets,
)
from accesscontrol.simulation.mentions import alike, cores, mentioned
from accesscontrol.simulation.sets import Sets
from accesscontrol.simulation.stance import Stance, stance
from accesscontrol.simulation.table import NONE, Rows, Table

FACETS = ("kind", "domain")
People = Mapping[int, Values]
Grants = Mapping[int, Rows]  # what is granted to whom besides the policies; most people have nothing


@dataclass(frozen=True)
class Two:
    """The rules in force and the proposed ones, asked about one action at one moment."""

    before: RuleSet
    after: RuleSet
    resource_type: str
    action: str
    env: Values

    def stances(self, user: Values, *, has_grants: bool) -> tuple[Stance, Stance]:
        situation = {"user": user, "env": self.env}
        asked = (self.resource_type, self.action, situation)
        before, after = self.before.residual(*asked), self.after.residual(*asked)
        return stance(before, has_grants=has_grants), stance(after, has_grants=has_grants)


@dataclass(frozen=True)
class Touched:
    """People for whom the two rule sets differ, and in the same way."""

    before: Stance
    after: Stance
    grants: Rows
    people: Sequence[int]


@dataclass(frozen=True)
class Moved:
    """What these people gain and lose."""

    people: Sequence[int]
    gained: Rows
    lost: Rows

    @property
    def size(self) -> int:
        return self.gained.bit_count() + self.lost.bit_count()


def touched(two: Two, people: People, grants: Grants) -> list[Touched]:
    """Return the groups of people for whom something may change."""
    groups: dict[tuple[Stance, Stance, Rows], list[int]] = {}
    for granted, members in _alike(two, people, grants):
        before, after = two.stances(people[members[0]], has_grants=bool(granted))
        if before != after:
            groups.setdefault((before, after, granted), []).extend(members)
    return [Touched(*key, members) for key, members in groups.items()]


def _alike(two: Two, people: People, grants: Grants) -> Iterator[tuple[Rows, list[int]]]:
    """Yield people of equal attributes and grants."""
    rules = [*two.before.compiled, *two.after.compiled]
    for members in alike(people, mentioned(cores(rules), "user")).values():
        by_grants: dict[Rows, list[int]] = {}
        for pk in members:
            by_grants.setdefault(grants.get(pk, NONE), []).append(pk)
        yield from by_grants.items()


def moved(sets: Sets, each: Touched) -> Moved:
    before, after = sets.allowed(each.before, each.grants), sets.allowed(each.after, each.grants)
    return Moved(each.people, after & ~before, before & ~after)


def change(
    two: Two, sets: Sets, groups: Iterable[Touched], people: People, done_one: Callable[[], None]
) -> Change:
    """Return everything that changes for the action of `two`, telling `done_one` after each group."""
    found = []
    for each in groups:
        one = moved(sets, each)
        if one.size:
            found.append(one)
        done_one()
    return summed(two, sets.table, found, people)


def summed(two: Two, table: Table, found: list[Moved], people: People) -> Change:
    """Return exact totals of all, and the people for whom most changes with samples of what."""
    found.sort(key=lambda each: -each.size)
    listed: list[PersonDelta] = []
    samples: list[Sample] = []
    for each in found:
        if len(listed) >= MOST_PEOPLE:
            break
        names = sorted(str(people[pk]["username"]) for pk in each.people)
        counts = each.gained.bit_count(), each.lost.bit_count()
        listed += [PersonDelta(name, *counts, len(samples)) for name in names]
        samples.append(Sample(table.sample(each.gained, SAMPLE), table.sample(each.lost, SAMPLE)))
    gained_any, lost_any = union(each.gained for each in found), union(each.lost for each in found)
    return Change(
        resource_type=two.resource_type,
        action=two.action,
        gained=sum(each.gained.bit_count() * len(each.people) for each in found),
        lost=sum(each.lost.bit_count() * len(each.people) for each in found),
        people_gaining=sum(len(each.people) for each in found if each.gained),
        people_losing=sum(len(each.people) for each in found if each.lost),
        resources_gained=gained_any.bit_count(),
        resources_lost=lost_any.bit_count(),
        people=tuple(listed[:MOST_PEOPLE]),
        samples=tuple(samples),
        facets=listed_facets(facet_sums(table, found)),
    )


def union(each: Iterable[Rows]) -> Rows:
    found = NONE
    for rows in each:
        found |= rows
    return found


def facet_sums(table: Table, found: list[Moved]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the pairs gained and lost by kind and domain; what is missing is an empty text."""
    sums = {}
    for at, rows in facets(table).items():
        gained = sum((each.gained & rows).bit_count() * len(each.people) for each in found)
        lost = sum((each.lost & rows).bit_count() * len(each.people) for each in found)
        if gained or lost:
            sums[at] = (gained, lost)
    return sums


def facets(table: Table) -> dict[tuple[str, str], Rows]:
    """Return the resources by kind and domain, as far as the type of resource has these."""
    kinds, domains = (_by_value(table, name) for name in FACETS)
    return {
        (kind, domain): rows & others
        for kind, rows in kinds.items()
        for domain, others in domains.items()
        if rows & others
    }


def _by_value(table: Table, name: str) -> dict[str, Rows]:
    if name not in table.attributes:
        return {"": table.every}
    return {str(value or ""): table.holding(name, value) for value in (None, *table.values(name))}
