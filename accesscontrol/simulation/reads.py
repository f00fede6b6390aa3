"""What a proposed rule set would change, exactly, over all active users and all resources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Protocol

from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.policy.rules import RuleSet
from accesscontrol.policy.semantics import Values
from accesscontrol.simulation.compare import People, Touched, Two, change, touched
from accesscontrol.simulation.coverage import Coverage, Measure, Unknown
from accesscontrol.simulation.delta import Change, Delta, Unknowns
from accesscontrol.simulation.mentions import cores, mentioned
from accesscontrol.simulation.sets import Sets
from accesscontrol.simulation.table import Table
from accesscontrol.simulation.unknowns import (
    missing_of_people,
    missing_of_resources,
    new_or_changed,
    unasked,
    unknowns,
)
from accesscontrol.simulation.world import everybody, governed_types, moment, read_grants, read_table

__all__ = ["Progress", "Steps", "measure_coverage", "silent", "simulate"]

SAID_EVERY = 0.5  # seconds: often enough for a reader, seldom enough for the database


class Progress(Protocol):
    def __call__(self, done: int, total: int | None = None, message: str = "") -> None:
        """Say how far the work is; may raise to stop it."""


def silent(done: int, total: int | None = None, message: str = "") -> None:
    """Tell nobody how far it is."""


class Steps:
    """Counts steps as they are done, and says so from time to time."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.total, self.done = progress, 0, 0
        self.said_at = monotonic()

    def done_one(self, message: str) -> None:
        self.done += 1
        if monotonic() - self.said_at >= SAID_EVERY or self.done == self.total:
            self.progress(self.done, self.total, message)
            self.said_at = monotonic()


@dataclass(frozen=True)
class Question:
    """Everything that has to be worked out about one type of resource."""

    sets: Sets
    comparisons: list[tuple[Two, list[Touched]]]


@dataclass(frozen=True)
class Simulation:
    """Two rule sets, everybody, and the moment."""

    before: RuleSet
    after: RuleSet
    people: People
    env: Values

    def question(self, resource_type: str) -> Question:
        """Return the people for whom something may change, for each action."""
        table = read_table(resource_type)
        comparisons = []
        for action in sorted(VOCABULARY.every_action()):
            two = Two(self.before, self.after, resource_type, action, self.env)
            grants = read_grants(resource_type, action, table, self.env["time"])
            comparisons.append((two, touched(two, self.people, grants)))
        return Question(Sets(table), comparisons)

    def changes(self, question: Question, steps: Steps) -> Iterator[Change]:
        for two, groups in question.comparisons:
            message = f"Counting who gains and who loses “{two.action}”."
            yield change(two, question.sets, groups, self.people, partial(steps.done_one, message))

    def unknowns(self, resource_type: str, sets: Sets) -> Iterator[Unknowns]:
        """Yield what new and changed policies that are in force cannot answer."""
        for compiled in new_or_changed(self.before, self.after):
            asked = resource_type in compiled.rule.resource_types
            if asked and compiled.rule.in_force(self.env["time"]):
                found = unknowns(compiled, resource_type, sets, self.people, self.env)
                if found:
                    yield found


def simulate(
    before: RuleSet, after: RuleSet, *, progress: Progress = silent, env: Values | None = None
) -> Delta:
    """Return what would change if `after` took the place of `before` now.

    `env` stands in for the present moment. Network and purpose are unknown unless it names them.
    """
    progress(0, None, "Reading all users and resources.")
    asked = Simulation(before, after, everybody(), env or moment())
    questions = {name: asked.question(name) for name in governed_types()}
    steps = Steps(progress)
    steps.total = sum(len(groups) for each in questions.values() for _, groups in each.comparisons)
    changes = [change for each in questions.values() for change in asked.changes(each, steps)]
    progress(steps.total, steps.total, "Looking for what the new policies cannot answer.")
    open_questions = [found for name, each in questions.items() for found in asked.unknowns(name, each.sets)]
    rules = cores([*before.compiled, *after.compiled])
    return Delta(
        at=asked.env["time"].isoformat(timespec="seconds"),
        people=len(asked.people),
        resources={name: each.sets.table.size for name, each in questions.items()},
        changes=tuple(changes),
        unknowns=tuple(open_questions),
        unasked=tuple(str(each) for each in unasked(rules, asked.env)),
    )


def measure_coverage(rules: RuleSet, *, progress: Progress = silent, env: Values | None = None) -> Coverage:
    """Return what each rule in force is worth, over all active users and all resources.

    Grants are left out: an exception that a policy permits too is no reason to keep or drop the policy.
    """
    progress(0, None, "Reading all users and resources.")
    measure = Measure(rules, everybody(), env or moment())
    kinds, actions = governed_types(), sorted(VOCABULARY.every_action())
    steps = Steps(progress)
    steps.total = len(kinds) * (1 + len(actions))
    tables: dict[str, Table] = {}
    for kind in kinds:
        sets = Sets(read_table(kind))
        tables[kind] = sets.table
        measure.note_effects(kind, sets)
        steps.done_one("Looking for policies that never take effect.")
        for action in actions:
            measure.note_uses(kind, action, sets)
            steps.done_one(f"Looking for permits to “{action}” that change nothing.")
    return Coverage(
        at=measure.env["time"].isoformat(timespec="seconds"),
        people=len(measure.people),
        resources={kind: table.size for kind, table in tables.items()},
        policies=len(rules.compiled),
        never=measure.never(),
        shadowed=measure.shadowed(),
        constant=measure.constant(),
        unknown=tuple(_unknown(measure, tables)),
        windows=measure.windows(),
    )


def _unknown(measure: Measure, tables: Mapping[str, Table]) -> Iterator[Unknown]:
    """Yield every attribute of resources and users, and for how many it is unknown."""
    nodes = cores(measure.in_force())
    asked = {str(each) for root in ("resource", "user") for each in mentioned(nodes, root)}
    for table in tables.values():
        for each in missing_of_resources(table, table.attributes.values()):
            yield Unknown(each.attribute, each.count, table.size, each.attribute in asked)
    stored = [attribute for attribute in VOCABULARY.user.values() if attribute.source]
    for each in missing_of_people(measure.people, stored):
        yield Unknown(each.attribute, each.count, len(measure.people), each.attribute in asked)
