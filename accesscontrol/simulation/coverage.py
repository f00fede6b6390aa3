"""What each policy is worth: whether it ever takes effect, whether anything depends on it.

Knows no Django.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from accesscontrol.policy.explain import lines
from accesscontrol.policy.nodes import All
from accesscontrol.policy.rules import CompiledRule, RuleSet
from accesscontrol.policy.semantics import Values, lower, partial
from accesscontrol.simulation.mentions import alike, cores, leaves, mentioned
from accesscontrol.simulation.sets import Sets
from accesscontrol.simulation.table import NONE, Rows
from accesscontrol.simulation.unknowns import rests

FACTS = yaml.safe_load(Path(__file__).with_name("coverage.yaml").read_text("utf-8"))
MUCH_UNKNOWN: float = FACTS["much_unknown"]
People = Mapping[int, Values]


@dataclass(frozen=True)
class Shadowed:
    """A permit without which nothing would change: others permit the same, or a forbid beats it always."""

    policy: str
    by: str  # "others" or "forbids"


@dataclass(frozen=True)
class Constant:
    """A condition that has one answer for every pair: true, false or unknown."""

    policy: str
    path: str
    condition: str
    answer: str


@dataclass(frozen=True)
class Unknown:
    """An attribute, and for how many of `of` resources or users nobody knows it."""

    attribute: str
    count: int
    of: int
    asked: bool  # by a policy in force

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True)
class Window:
    policy: str
    state: str  # "ended" or "not begun"
    moment: str


@dataclass(frozen=True)
class Coverage:
    """Over all active users and all resources at one moment; only policies in force then are measured."""

    at: str
    people: int
    resources: Mapping[str, int]
    policies: int
    never: tuple[str, ...]
    shadowed: tuple[Shadowed, ...]
    constant: tuple[Constant, ...]
    unknown: tuple[Unknown, ...]
    windows: tuple[Window, ...]

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "much_unknown": MUCH_UNKNOWN}

    @property
    def findings(self) -> int:
        """How many things deserve a look."""
        much = [each for each in self.unknown if each.asked and each.share >= MUCH_UNKNOWN]
        return len(self.never) + len(self.shadowed) + len(self.constant) + len(much) + len(self.windows)


@dataclass
class Use:
    """What was seen of one permit so far."""

    ever: bool = False
    unbarred: bool = False
    alone: bool = False


@dataclass
class Measure:
    """Collects, type of resource by type of resource, what is to be known of the rules in force."""

    rules: RuleSet
    people: People
    env: Values
    effective: set[str] = field(default_factory=set)
    uses: dict[str, Use] = field(default_factory=dict)
    answers: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)

    def in_force(self) -> list[CompiledRule]:
        return [each for each in self.rules.compiled if each.rule.in_force(self.env["time"])]

    def note_effects(self, resource_type: str, sets: Sets) -> None:
        """Note which rules take effect for any pair, and which answers each condition has."""
        for compiled in self.in_force():
            if resource_type in compiled.rule.resource_types:
                self._note_effect(compiled, sets)
                for leaf, words in _conditions(compiled):
                    key = (compiled.rule.name, leaf.path, words)
                    self.answers.setdefault(key, set()).update(self._answers(leaf, sets))

    def _note_effect(self, compiled: CompiledRule, sets: Sets) -> None:
        for rest in rests(compiled.core, self.people, self.env):
            truths = sets.truths(rest)
            if truths.true or (compiled.rule.applies_when_unknown and sets.unknown(rest)):
                self.effective.add(compiled.rule.name)

    def _answers(self, leaf: Any, sets: Sets) -> Iterator[str]:
        for rest in rests(lower(leaf), self.people, self.env):
            truths = sets.truths(rest)
            named = {"true": truths.true, "false": truths.false, "unknown": sets.unknown(rest)}
            yield from (name for name, rows in named.items() if rows)

    def note_uses(self, resource_type: str, action: str, sets: Sets) -> None:
        """Note for each permit whether a pair is allowed by it alone."""
        asked = [
            each
            for each in self.in_force()
            if action in each.rule.actions and resource_type in each.rule.resource_types
        ]
        for members in alike(self.people, mentioned(cores(asked), "user")).values():
            self._note_uses(asked, {"user": self.people[members[0]], "env": self.env}, sets)

    def _note_uses(self, asked: list[CompiledRule], situation: Mapping[str, Values], sets: Sets) -> None:
        barred, once, twice = NONE, NONE, NONE
        permitted: dict[str, Rows] = {}
        for compiled in asked:
            rest = partial(compiled.core, situation)
            if compiled.rule.effect == "forbid":
                barred |= sets.truths(rest).true
                barred |= sets.unknown(rest) if compiled.rule.applies_when_unknown else NONE
            else:
                rows = permitted[compiled.rule.name] = sets.truths(rest).true
                twice |= once & rows
                once |= rows
        for name, rows in permitted.items():
            use = self.uses.setdefault(name, Use())
            use.ever = use.ever or bool(rows)
            use.unbarred = use.unbarred or bool(rows & ~barred)
            use.alone = use.alone or bool(rows & ~twice & ~barred)

    def never(self) -> tuple[str, ...]:
        return tuple(each.rule.name for each in self.in_force() if each.rule.name not in self.effective)

    def shadowed(self) -> tuple[Shadowed, ...]:
        found = ((name, use) for name, use in sorted(self.uses.items()) if use.ever and not use.alone)
        return tuple(Shadowed(name, "others" if use.unbarred else "forbids") for name, use in found)

    def constant(self) -> tuple[Constant, ...]:
        return tuple(Constant(*key, *answers) for key, answers in self.answers.items() if len(answers) == 1)

    def windows(self) -> tuple[Window, ...]:
        return tuple(_windows(self.rules, self.env["time"]))


def _conditions(compiled: CompiledRule) -> Iterator[tuple[Any, str]]:
    """Yield every comparison of a rule as it is written, with its words."""
    for leaf in leaves(compiled.rule.conditions):
        [line] = lines(All((leaf,)))
        yield leaf, f"{line.attribute} {line.operator} {line.expected}"


def _windows(rules: RuleSet, now: datetime) -> Iterator[Window]:
    for compiled in rules.compiled:
        rule = compiled.rule
        if rule.valid_until and rule.valid_until <= now:
            yield Window(rule.name, "ended", rule.valid_until.isoformat())
        elif rule.valid_from and rule.valid_from > now:
            yield Window(rule.name, "not begun", rule.valid_from.isoformat())
