"""Many rules, one answer: nothing is allowed unless permitted, and a forbid wins. Knows no Django."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, product
from typing import Any, Literal

from accesscontrol.policy.attributes import Attribute
from accesscontrol.policy.document import Rule
from accesscontrol.policy.nodes import All, AnyOf, Compare, Known, Node, Not, Truth
from accesscontrol.policy.semantics import (
    LATER,
    Situation,
    Test,
    Values,
    closure,
    found,
    lower,
    partial,
)

NEVER = Known(False)
MOST_KEPT = 500  # users, and moments of a user, whose residuals are kept

Reason = Literal["permitted", "granted", "forbidden", "no permit", "role", "no role", "no account"]


@dataclass(frozen=True)
class Decision:
    """Whether, why, the names of the policies that decided, and what a permit obliges its user to."""

    allowed: bool
    reason: Reason
    policies: tuple[str, ...] = ()
    obligations: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class CompiledRule:
    """A rule, its conditions in primitive operators, and what is asked of them besides the user."""

    rule: Rule
    core: Node
    memo: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)  # of explanations

    @cached_property
    def test(self) -> Test:
        return closure(self.core)

    @cached_property
    def of_the_moment(self) -> bool:
        return any(attribute.root == "env" for attribute in attributes(self.core))

    @cached_property
    def strict(self) -> bool:
        return self.rule.applies_when_unknown

    def satisfied(self, truth: Truth) -> bool:
        """Return whether the rule takes effect: a permit on TRUE only, a forbid also when unknown."""
        return truth is True or (truth is None and self.strict)

    def rest(self, situation: Situation) -> Node:
        """Return what is left to ask of a resource; nothing can make a rule TRUE that does not bind now."""
        if not self.rule.binds(situation["env"]):
            return NEVER
        return partial(self.core, situation) if self.of_the_moment else self.core


@dataclass(frozen=True)
class Residual:
    """What is left to ask of each resource: one permit must be TRUE, and no forbid may bar it.

    `strict` forbids bar unless they are FALSE, `lenient` ones only when they are TRUE.
    """

    permits: tuple[Node, ...]
    strict: tuple[Node, ...]
    lenient: tuple[Node, ...]
    memo: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)  # what it compiles to


class RuleSet:
    """Rules in force together; their order does not matter.

    What they leave open for a user is kept for as long as the values that they read of the user are
    the same. What depends on the moment is asked anew each time.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.compiled = tuple(CompiledRule(rule, lower(rule.conditions)) for rule in rules)
        index: dict[tuple[str, str], list[CompiledRule]] = {}
        for item in self.compiled:
            for question in product(item.rule.resource_types, item.rule.actions):
                index.setdefault(question, []).append(item)
        self._asked = {question: Asked(rules) for question, rules in index.items()}

    def about(self, resource_type: str, action: str, situation: Situation) -> list[CompiledRule]:
        """Return the rules that speak of `action` on such resources now."""
        env = situation["env"]
        return [item for item in self._about(resource_type, action).rules if item.rule.binds(env)]

    def decide(self, resource_type: str, action: str, situation: Situation) -> Decision:
        """Return the decision for one resource, whose attributes are in the situation."""
        env, applying = situation["env"], []
        for item in self._about(resource_type, action).candidates(situation):
            truth = item.test(situation)
            if (truth or (truth is None and item.strict)) and item.rule.binds(env):
                applying.append(item.rule)
        return decision_by(applying)

    def residual(self, resource_type: str, action: str, situation: Situation) -> Residual:
        """Return the question for every resource that `user` and `env` of the situation leave open."""
        return self._about(resource_type, action).for_user(situation).residual(situation)

    def _about(self, resource_type: str, action: str) -> "Asked":
        return self._asked.get((resource_type, action)) or NOT_ASKED


class Asked:
    """The rules that speak of one action on one type of resource."""

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        self.rules = tuple(rules)
        self._of_user = _user_attributes(self.rules)
        self._users: dict[Hashable, ForUser] = {}

    def candidates(self, situation: Situation) -> tuple[CompiledRule, ...]:
        """Return rules enough to decide by: those left for the user, where that is known already."""
        known = self._users.get(self._key(situation)) if self._users else None
        return self.rules if known is None else known.rules

    def for_user(self, situation: Situation) -> "ForUser":
        key = self._key(situation)
        known = self._users.get(key)
        if known is None:
            known = self._users[key] = ForUser(self.rules, situation["user"])
            _make_room(self._users)
        return known

    def _key(self, situation: Situation) -> Hashable:
        """Return the values that the rules read of the user; of one type each, as only typed values are."""
        values = (found(attribute, situation) for attribute in self._of_user)
        return tuple(repr(value) if value.__class__ is list else value for value in values)


class ForUser:
    """What rules leave open for a user: those that can still take effect, each cut down to the rest."""

    def __init__(self, rules: Iterable[CompiledRule], user: Values) -> None:
        rests = ((item.rule, partial(item.core, {"user": user, "env": LATER})) for item in rules)
        self.rules = tuple(CompiledRule(rule, rest) for rule, rest in rests if rest != NEVER)
        self._residuals: dict[Hashable, Residual] = {}

    def residual(self, situation: Situation) -> Residual:
        """Return the rest once the moment is known, too; moments that lead to the same share one."""
        rests = tuple(item.rest(situation) for item in self.rules)
        known = self._residuals.get(rests)
        if known is None:
            known = self._residuals[rests] = self._residual(rests)
            _make_room(self._residuals)
        return known

    def _residual(self, rests: tuple[Node, ...]) -> Residual:
        pairs = [(item.rule, rest) for item, rest in zip(self.rules, rests, strict=True)]
        forbids = [(rule, rest) for rule, rest in pairs if rule.effect == "forbid"]
        return Residual(
            permits=tuple(rest for rule, rest in pairs if rule.effect == "permit"),
            strict=tuple(rest for rule, rest in forbids if rule.applies_when_unknown),
            lenient=tuple(rest for rule, rest in forbids if not rule.applies_when_unknown),
        )


def attributes(node: Node) -> Iterator[Attribute]:
    """Yield each attribute that a condition reads, as often as it does."""
    match node:
        case Compare(_, left, right):
            yield from (operand for operand in (left, right) if isinstance(operand, Attribute))
        case All(items) | AnyOf(items):
            yield from chain.from_iterable(map(attributes, items))
        case Not(item):
            yield from attributes(item)


def _user_attributes(rules: Iterable[CompiledRule]) -> tuple[Attribute, ...]:
    read = {attribute for item in rules for attribute in attributes(item.core)}
    return tuple(sorted((attribute for attribute in read if attribute.root == "user"), key=str))


NOT_ASKED = Asked(())


def _make_room(kept: dict[Hashable, Any]) -> None:
    """Forget everything when there is too much of it; it is computed again when it is asked."""
    if len(kept) > MOST_KEPT:
        kept.clear()


def decision_by(applying: Iterable[Rule]) -> Decision:
    """Return the decision that the rules which take effect lead to."""
    rules = tuple(applying)
    forbids = tuple(rule.name for rule in rules if rule.effect == "forbid")
    if forbids:
        return Decision(False, "forbidden", forbids)
    if not rules:
        return Decision(False, "no permit")
    obligations = tuple(duty for rule in rules for duty in rule.obligations)
    return Decision(True, "permitted", tuple(rule.name for rule in rules), obligations)
