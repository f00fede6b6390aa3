"""What a reader may know of a simulation's result, and whether it still holds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from accesscontrol.identity.models import User
from accesscontrol.policy.querysets import governed_model
from accesscontrol.policysets import changes
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import documents_in_force
from accesscontrol.simulation.world import fingerprint
from stewardship.simulations.models import Simulation

Named = Mapping[str, Any]  # the public codes that a reader may know -> the resource
PEOPLE_SHOWN = 25
SAMPLES_SHOWN = 5

POLICIES_MOVED = "Other policies are in force by now."
DRAFT_MOVED = "The change was rewritten since."
WINDOW_MOVED = "A policy has begun or ended since."
WORLD_MOVED = "Users, resources or grants have changed since."


def stale(simulation: Simulation) -> str:
    """Return in a sentence why the result no longer holds, or nothing while it does."""
    documents = documents_in_force()
    if simulation.against != changes.digest(documents):
        return POLICIES_MOVED
    if simulation.policy_set and simulation.policy_set.digest != simulation.digest:
        return DRAFT_MOVED
    if simulation.finished_at and simulation.result is not None:
        then = datetime.fromisoformat(simulation.result["at"])
        if _in_force([*documents, *simulation.documents], then, timezone.now()):
            return WINDOW_MOVED
        if simulation.world != fingerprint():
            return WORLD_MOVED
    return ""


def _in_force(documents: Iterable[Mapping[str, Any]], then: datetime, now: datetime) -> bool:
    """Return whether any policy's window opened or closed between two moments."""
    rules = changes.rules(documents)
    return any(rule.in_force(then) is not rule.in_force(now) for rule in rules)


def latest(policy_set: PolicySet, reader: User) -> Simulation | None:
    """Return the last simulation of what the set says now."""
    rows = Simulation.objects.visible_to(reader).of_set(policy_set).filter(digest=policy_set.digest)
    return rows.select_related("job", "policy_set").first()


@dataclass(frozen=True)
class Sampled:
    """Some of the resources: those that the reader may see by name, and how many more there are."""

    count: int
    named: list[Any]

    @property
    def more(self) -> int:
        return self.count - len(self.named)


@dataclass(frozen=True)
class PersonShown:
    username: str
    gained: Sampled
    lost: Sampled


@dataclass(frozen=True)
class ChangeShown:
    """The totals of one action, and the people for whom most changes."""

    totals: Mapping[str, Any]
    people: list[PersonShown]

    @property
    def others(self) -> int:
        """How many people are counted and not shown; one may both gain and lose."""
        most: int = max(self.totals["people_gaining"], self.totals["people_losing"])
        return max(0, most - len(self.people))


def shown(simulation: Simulation, reader: User, people: int = PEOPLE_SHOWN) -> dict[str, Any]:
    """Return the result with resources by name where `reader` may see them; the others are only counted."""
    result = simulation.result or {"changes": [], "unknowns": []}
    named = {
        kind: known_to(reader, kind, _codes(result, kind, people)) for kind in result.get("resources", {})
    }
    changes = sorted(result["changes"], key=lambda change: -(change["gained"] + change["lost"]))
    return {
        "result": result,
        "changes": [_change(change, named[change["resource_type"]], people) for change in changes],
        "unknowns": [
            (each, sampled(each["resources"], each["sample"], named[each["resource_type"]]))
            for each in result["unknowns"]
        ],
    }


def _codes(result: Mapping[str, Any], kind: str, people: int) -> set[str]:
    """Return the codes that will be looked at, so that one query names them."""
    return {
        code
        for part in ("changes", "unknowns")
        for each in result[part]
        if each["resource_type"] == kind
        for code in _of(each, people)
    }


def _of(each: Mapping[str, Any], people: int) -> Iterator[str]:
    yield from each.get("sample", ())
    for person in each.get("people", ())[:people]:
        sample = each["samples"][person["sample"]]
        yield from (*sample["gained"], *sample["lost"])


def known_to(reader: User, resource_type: str, codes: Iterable[str]) -> Named:
    model: Any = governed_model(resource_type)
    rows = model._default_manager.visible_to(reader).filter(code__in=sorted(codes))
    return {str(row.code): row for row in rows.only("code", "name")}


def _change(change: Mapping[str, Any], named: Named, people: int) -> ChangeShown:
    rows = []
    for person in change["people"][:people]:
        sample = change["samples"][person["sample"]]
        sides = (sampled(person[side], sample[side], named) for side in ("gained", "lost"))
        rows.append(PersonShown(person["username"], *sides))
    return ChangeShown(change, rows)


def sampled(count: int, codes: Iterable[str], named: Named) -> Sampled:
    return Sampled(count, [named[code] for code in codes if code in named][:SAMPLES_SHOWN])
