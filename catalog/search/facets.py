"""Facets counted without their own filter, from the combinations that occur. Knows no Django.

One query groups the hits by all facets at once; there are few combinations even among a million
assets, so every count, and the total, is a sum over them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

NAMES = {
    "kind": "Kind",
    "domain": "Domain",
    "source": "Source",
    "owner": "Owner",
    "team": "Team",
    "tag": "Tag",
    "tier": "Tier",
    "certification": "Certification",
    "status": "Status",
    "sensitivity": "Sensitivity",
    "personal": "Personal data",
}
NONE = "none"
REMOVED = "removed"
MOST_SHOWN = 15

Selected = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Combination:
    """How many hits share these values, of which a facet may have several.

    `labels` are for people, by facet and value, where they differ from the value.
    """

    values: Mapping[str, str | tuple[str, ...]]
    labels: Mapping[tuple[str, str], str]
    number: int


@dataclass(frozen=True)
class Choice:
    """One line of a facet."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Facet:
    """One filter with its lines, the biggest first."""

    name: str
    label: str
    choices: list[Choice]


@dataclass
class Counts:
    """The number of hits under all filters, and under all but its own for each facet."""

    total: int = 0
    by_facet: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in NAMES})
    labels: dict[tuple[str, str], str] = field(default_factory=dict)


def accepts(name: str, value: str | tuple[str, ...], selected: Selected, removed_too: bool = False) -> bool:
    """Whether the filter of one facet lets the value pass; what was removed must be asked for."""
    wanted = selected.get(name)
    if wanted:
        return value in wanted if isinstance(value, str) else not wanted.isdisjoint(value)
    return removed_too or not (name == "status" and value == REMOVED)


def refusing(one: Combination, selected: Selected, removed_too: bool = False) -> list[str]:
    """The facets whose filter does not let it pass."""
    asked = {*selected, "status"}
    return [name for name in asked if not accepts(name, one.values[name], selected, removed_too)]


def count(combinations: Iterable[Combination], selected: Selected, removed_too: bool = False) -> Counts:
    """Add up; a combination that only one facet refuses still counts for that facet."""
    counts = Counts()
    for one in combinations:
        counts.labels.update(one.labels)
        refused = refusing(one, selected, removed_too)
        if not refused:
            counts.total += one.number
        if len(refused) <= 1:
            for name in refused or NAMES:
                value = one.values[name]
                for each in (value,) if isinstance(value, str) else value:
                    counts.by_facet[name][each] += one.number
    return counts


def facets(counts: Counts, selected: Selected) -> list[Facet]:
    """Every facet in the order of the page; what is selected is listed even when nothing is left of it."""
    return [Facet(name, label, choices(name, counts, selected)) for name, label in NAMES.items()]


def choices(name: str, counts: Counts, selected: Selected) -> list[Choice]:
    wanted = selected.get(name, frozenset())
    numbers = counts.by_facet[name]
    values = sorted(numbers.keys() | wanted, key=lambda value: (-numbers[value], value))
    shown = values[:MOST_SHOWN] + [value for value in values[MOST_SHOWN:] if value in wanted]
    return [
        Choice(value, counts.labels.get((name, value), value), numbers[value], value in wanted)
        for value in shown
    ]
