"""What a simulation found, as plain values that go into JSON. All counts are exact; lists are bounded.

A pair is one user and one resource. Resources are named by their public code only, so that who looks
at a result sees no more names than they may. Knows no Django.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MOST_PEOPLE = 200
MOST_FACETS = 200
SAMPLE = 20


@dataclass(frozen=True)
class PersonDelta:
    """`sample` is the place of the person's samples in `Change.samples`."""

    username: str
    gained: int
    lost: int
    sample: int


@dataclass(frozen=True)
class Sample:
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True)
class FacetDelta:
    """Pairs by what the resources are; what is missing is an empty text."""

    kind: str
    domain: str
    gained: int
    lost: int


@dataclass(frozen=True)
class Change:
    """What changes for one action on one type of resource.

    `gained` and `lost` count pairs; `resources_gained` those resources that somebody gains.
    """

    resource_type: str
    action: str
    gained: int
    lost: int
    people_gaining: int
    people_losing: int
    resources_gained: int
    resources_lost: int
    people: tuple[PersonDelta, ...]
    samples: tuple[Sample, ...]
    facets: tuple[FacetDelta, ...]


@dataclass(frozen=True)
class Missing:
    """An attribute that a policy asks for, and for how many resources, people or moments it is unknown."""

    attribute: str
    count: int


@dataclass(frozen=True)
class Unknowns:
    """For how many resources a new or changed policy has no answer for at least one person."""

    policy: str
    effect: str
    on_missing: str
    resource_type: str
    resources: int
    pairs: int
    because: tuple[Missing, ...]
    sample: tuple[str, ...]


@dataclass(frozen=True)
class Delta:
    """`unasked` are attributes of the moment that the policies ask for and a simulation cannot know."""

    at: str
    people: int
    resources: Mapping[str, int]
    changes: tuple[Change, ...]
    unknowns: tuple[Unknowns, ...]
    unasked: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def listed_facets(sums: Mapping[tuple[str, str], tuple[int, int]]) -> tuple[FacetDelta, ...]:
    """Return the pairs by kind and domain, the most first; those beyond the bound in one line."""
    rows = [FacetDelta(*at, *counts) for at, counts in sums.items()]
    rows.sort(key=lambda row: (-(row.gained + row.lost), row.kind, row.domain))
    rest = rows[MOST_FACETS:]
    others = FacetDelta("others", "others", sum(row.gained for row in rest), sum(row.lost for row in rest))
    return tuple(rows[:MOST_FACETS] + ([others] if rest else []))
