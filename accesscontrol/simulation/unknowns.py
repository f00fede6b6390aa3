"""For which resources a policy has no answer, and which missing attributes are to blame. Knows no Django."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from accesscontrol.policy.attributes import Attribute
from accesscontrol.policy.nodes import Node
from accesscontrol.policy.rules import CompiledRule, RuleSet
from accesscontrol.policy.semantics import Values, found, partial
from accesscontrol.simulation.delta import SAMPLE, Missing, Unknowns
from accesscontrol.simulation.mentions import alike, mentioned
from accesscontrol.simulation.sets import Sets
from accesscontrol.simulation.table import NONE, Table

People = Mapping[int, Values]


def new_or_changed(before: RuleSet, after: RuleSet) -> list[CompiledRule]:
    """Return the rules of `after` that `before` does not hold in the same words."""
    known = {_content(compiled) for compiled in before.compiled}
    return [compiled for compiled in after.compiled if _content(compiled) not in known]


def _content(compiled: CompiledRule) -> object:
    return replace(compiled.rule, code="", description="")


def rests(node: Node, people: People, env: Values) -> dict[Node, int]:
    """Return what a condition leaves open once the person is known, with the number of such people."""
    counts: dict[Node, int] = {}
    for members in alike(people, mentioned([node], "user")).values():
        rest = partial(node, {"user": people[members[0]], "env": env})
        counts[rest] = counts.get(rest, 0) + len(members)
    return counts


def unknowns(
    compiled: CompiledRule, resource_type: str, sets: Sets, people: People, env: Values
) -> Unknowns | None:
    """Return for which resources the rule has no answer for somebody; None when it always has one."""
    pairs, seen = 0, NONE
    for rest, count in rests(compiled.core, people, env).items():
        rows = sets.unknown(rest)
        pairs += rows.bit_count() * count
        seen |= rows
    if not pairs:
        return None
    return Unknowns(
        policy=compiled.rule.name,
        effect=compiled.rule.effect,
        on_missing=compiled.rule.on_missing,
        resource_type=resource_type,
        resources=seen.bit_count(),
        pairs=pairs,
        because=tuple(_missing(compiled.core, sets.table, people, env)),
        sample=sets.table.sample(seen, SAMPLE),
    )


def _missing(core: Node, table: Table, people: People, env: Values) -> Iterator[Missing]:
    """Yield every attribute of the condition that is not always known."""
    of_resources = missing_of_resources(table, mentioned([core], "resource"))
    of_people = missing_of_people(people, mentioned([core], "user"))
    yield from (each for each in (*of_resources, *of_people) if each.count)
    yield from (Missing(str(each), 1) for each in unasked([core], env))


def missing_of_resources(table: Table, attributes: Iterable[Attribute]) -> list[Missing]:
    return [Missing(str(each), table.holding(each.name, None).bit_count()) for each in attributes]


def missing_of_people(people: People, attributes: Iterable[Attribute]) -> list[Missing]:
    return [
        Missing(str(each), sum(found(each, {"user": values}) is None for values in people.values()))
        for each in attributes
    ]


def unasked(nodes: Iterable[Node], env: Values) -> tuple[Attribute, ...]:
    """Return the attributes of the moment that are asked for and not known."""
    asked = mentioned(nodes, "env")
    return tuple(each for each in asked if found(each, {"env": env}) is None)
