"""Why a decision fell as it did, condition by condition. Knows no Django."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any, NamedTuple, cast

from accesscontrol.policy.attributes import Attribute
from accesscontrol.policy.nodes import (
    DAYS,
    All,
    AnyOf,
    Compare,
    Known,
    Literal,
    Node,
    Not,
    Operand,
    Truth,
    Value,
)
from accesscontrol.policy.rules import CompiledRule, Decision, RuleSet, decision_by
from accesscontrol.policy.semantics import Situation, closure, found, lower

GROUPS = {All: "all of", AnyOf: "any of", Not: "not"}
MISSING = "missing"
EM_SPACE = "\u2003"


class Line(NamedTuple):
    """One condition or group: what it asks, what was found, and its answer. Groups only have a path."""

    depth: int
    path: str
    attribute: str
    operator: str
    expected: str
    actual: str = ""
    result: Truth = None

    @property
    def indent(self) -> str:
        return EM_SPACE * 2 * self.depth


class Shown:
    """A situation, and what is shown of it: many conditions ask for the same."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self._texts: dict[str, str] = {}

    def actual(self, name: str, attribute: Attribute) -> str:
        text = self._texts.get(name)
        if text is None:
            text = self._texts[name] = _actual(attribute, self.situation)
        return text


Writer = Callable[[Shown | None], Line]
Distance = Callable[[Situation], int]


@dataclass(frozen=True)
class RuleExplained:
    name: str
    code: str
    effect: str
    on_missing: str
    result: Truth
    applies: bool
    decides: bool
    lines: tuple[Line, ...]
    measure: Callable[[], int] = field(compare=False, repr=False)

    @cached_property
    def distance(self) -> int:
        """How many conditions would have to change for the rule to be TRUE."""
        return self.measure()


@dataclass(frozen=True)
class Explanation:
    decision: Decision
    rules: tuple[RuleExplained, ...]

    @property
    def nearest_permits(self) -> tuple[RuleExplained, ...]:
        """Return the permits that fail by the fewest conditions; none when a permit holds."""
        permits = [rule for rule in self.rules if rule.effect == "permit"]
        if not permits or any(rule.applies for rule in permits):
            return ()
        least = min(rule.distance for rule in permits)
        return tuple(rule for rule in permits if rule.distance == least)


def explain(rules: RuleSet, resource_type: str, action: str, situation: Situation) -> Explanation:
    """Return the decision together with every rule that speaks of it and each of its conditions."""
    asked = [
        (compiled, compiled.test(situation)) for compiled in rules.about(resource_type, action, situation)
    ]
    decision = decision_by(compiled.rule for compiled, truth in asked if compiled.satisfied(truth))
    seen = Shown(situation)
    return Explanation(
        decision,
        tuple(_explained(compiled, truth, decision, seen) for compiled, truth in asked),
    )


def _explained(compiled: CompiledRule, truth: Truth, decision: Decision, seen: Shown) -> RuleExplained:
    rule, kept = compiled.rule, _kept(compiled)
    return RuleExplained(
        name=rule.name,
        code=rule.code,
        effect=rule.effect,
        on_missing=rule.on_missing,
        result=truth,
        applies=compiled.satisfied(truth),
        decides=rule.name in decision.policies,
        lines=tuple([write(seen) for write in kept.writers]),
        measure=partial(kept.distance, seen.situation),
    )


@dataclass(frozen=True)
class Kept:
    """What explaining a rule needs and no situation changes; worked out when it is first explained."""

    writers: tuple[Writer, ...]
    distance: Distance


def _kept(compiled: CompiledRule) -> Kept:
    kept = compiled.memo.get(Kept)
    if kept is None:
        conditions = compiled.rule.conditions.items
        kept = Kept(
            writers=tuple(write for item in conditions for write in _writers(item, depth=0)),
            distance=_distance(compiled.core, wanted=True),
        )
        compiled.memo[Kept] = kept
    return cast("Kept", kept)


def lines(conditions: All, situation: Situation | None = None) -> Iterator[Line]:
    """Yield a policy's conditions as lines, with what was found when there is a situation."""
    seen = Shown(situation) if situation else None
    for item in conditions.items:
        for write in _writers(item, depth=0):
            yield write(seen)


def _writers(node: Node, depth: int) -> Iterator[Writer]:
    match node:
        case Compare():
            yield _comparison(node, depth)
        case Known():
            yield _heading(node, depth, "this policy cannot be read")
        case All(items) | AnyOf(items):
            yield _heading(node, depth, GROUPS[type(node)])
            for item in items:
                yield from _writers(item, depth + 1)
        case Not(item):
            yield _heading(node, depth, GROUPS[Not])
            yield from _writers(item, depth + 1)


def _heading(node: Node, depth: int, words: str) -> Writer:
    test = closure(lower(node))
    return lambda seen: Line(depth, "", "", words, "", "", test(seen.situation) if seen else None)


def _comparison(node: Compare, depth: int) -> Writer:
    test, right, path, operator = closure(lower(node)), node.right, node.path, node.operator
    attribute = node.left if isinstance(node.left, Attribute) else None
    other = right if isinstance(right, Attribute) else None
    name, beside, stated = str(attribute or ""), str(right), _stated(right, attribute)

    def write(seen: Shown | None) -> Line:
        if seen is None:
            return Line(depth, path, name, operator, stated)
        now = f"{stated} ({seen.actual(beside, other)})" if other else stated
        actual = seen.actual(name, attribute) if attribute else ""
        return Line(depth, path, name, operator, now, actual, test(seen.situation))

    return write


def _stated(operand: Operand, beside: Attribute | None) -> str:
    return shown(operand.value, beside) if isinstance(operand, Literal) else str(operand)


def _actual(attribute: Attribute, situation: Situation) -> str:
    value = found(attribute, situation)
    return MISSING if value is None else shown(value, attribute)


def shown(value: Value | Any, attribute: Attribute | None) -> str:
    """Return a value as a person reads it; levels by their names."""
    if isinstance(value, tuple | list):
        return ", ".join(shown(item, attribute) for item in value) or "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        moment = value.isoformat(timespec="seconds")
        return f"{DAYS[value.weekday()]} ({moment})" if attribute and attribute.type == "weekday" else moment
    if isinstance(value, int) and attribute and 0 <= value < len(attribute.levels):
        return f"{attribute.levels[value]} ({value})"
    return str(value)


def distance(node: Node, situation: Situation, wanted: bool = True) -> int:
    """Return how many conditions would have to change for `node` to become `wanted`."""
    return _distance(node, wanted)(situation)


def _distance(node: Node, wanted: bool) -> Distance:
    match node:
        case Not(item):
            return _distance(item, not wanted)
        case All(items) | AnyOf(items):
            return _distance_of_several(items, wanted, needs_all=isinstance(node, All) is wanted)
    test = closure(node)
    return lambda situation: 0 if test(situation) is wanted else 1


def _distance_of_several(items: tuple[Node, ...], wanted: bool, *, needs_all: bool) -> Distance:
    each = [_distance(item, wanted) for item in items]
    if needs_all:
        return lambda situation: sum(one(situation) for one in each)
    return lambda situation: min((one(situation) for one in each), default=1)
