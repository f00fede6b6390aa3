"""Where a person's data is: from identifying columns along foreign keys. Knows no Django.

Rows that say who a person is are found by an identifying column. From there the plan follows
references *to* a person's rows (their orders, then the items of those orders) as far as they go:
what refers to a person's row is about the person. A reference *from* a person's row (the customer's
address) is followed one hop and no further, and only into tables that hold personal data: a country
is not about the person, and other people refer to the same address.

A table with an identifying column of its own is never entered along a reference: its rows name
other people (the patients of a doctor, the staff of a manager), and are found by their identifier.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Identity:
    """Column `column` of table `table` (an id) holds identifiers of the kind `kind`, such as "email"."""

    table: int
    column: str
    kind: str


@dataclass(frozen=True, order=True)
class Link:
    """`columns` of `table` refer to `target_columns` of `target`."""

    table: int
    columns: tuple[str, ...]
    target: int
    target_columns: tuple[str, ...]


@dataclass(frozen=True)
class Hop:
    """From rows of `source`, read `table` where `columns` equal the rows' `source_columns`."""

    source: int
    source_columns: tuple[str, ...]
    table: int
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """`starts` are compared with the identifier; `hops` are followed from every row that is found."""

    starts: tuple[Identity, ...]
    hops: tuple[Hop, ...]

    @property
    def tables(self) -> tuple[int, ...]:
        """Every table that the plan reads, those with an identifier first."""
        found = [start.table for start in self.starts] + [hop.table for hop in self.hops]
        return tuple(dict.fromkeys(found))


def plan(
    kind: str,
    identities: Iterable[Identity],
    links: Collection[Link],
    personal: Collection[int],
) -> Plan:
    """Return where to look for the person behind an identifier of `kind`.

    `personal` are the tables known to hold personal data.
    """
    known = sorted(set(identities))
    starts = tuple(identity for identity in known if identity.kind == kind)
    naming = {identity.table for identity in known}
    inward = _inward({start.table for start in starts}, links, naming)
    outward = _outward({start.table for start in starts} | {hop.table for hop in inward}, links, naming)
    return Plan(starts, (*inward, *(hop for hop in outward if hop.table in set(personal))))


def _inward(reached: set[int], links: Collection[Link], naming: set[int]) -> list[Hop]:
    """Return the hops to everything that refers to what is reached, level by level."""
    hops: list[Hop] = []
    level = set(reached)
    seen = set(reached)
    while level:
        taken = [link for link in sorted(links) if link.target in level and link.table not in naming]
        hops += [Hop(link.target, link.target_columns, link.table, link.columns) for link in taken]
        level = {link.table for link in taken} - seen
        seen |= level
    return hops


def _outward(reached: set[int], links: Collection[Link], naming: set[int]) -> list[Hop]:
    """Return the hops to what reached rows refer to, where that is not reached already."""
    return [
        Hop(link.table, link.columns, link.target, link.target_columns)
        for link in sorted(links)
        if link.table in reached and link.target not in reached | naming
    ]
