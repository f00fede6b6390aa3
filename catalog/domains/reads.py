from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from accesscontrol.identity.models import User
from catalog.domains import tree
from catalog.domains.models import Domain

Parents = dict[int, int | None]


@dataclass(frozen=True)
class Place:
    """A domain where it stands: `assets` in it, and `all_assets` with those of the domains below it."""

    domain: Domain
    depth: int
    assets: int
    all_assets: int


def parents(reader: User) -> Parents:
    """What each domain stands in, in the order of their names."""
    return dict(Domain.objects.visible_to(reader).values_list("pk", "parent"))


def paths(reader: User) -> dict[int, list[Domain]]:
    """Each domain's way from the outermost to itself, by its pk."""
    rows = {row.pk: row for row in Domain.objects.visible_to(reader)}
    known = {row.pk: row.parent_id for row in rows.values()}
    return {pk: [rows[each] for each in (*tree.above(known, pk), pk)] for pk in rows}


def with_below(*, reader: User, slugs: Collection[str]) -> set[int]:
    """The domains of these slugs and all that stand in them, by pk; two queries for any depth."""
    known = parents(reader)
    asked = Domain.objects.visible_to(reader).filter(slug__in=slugs).values_list("pk", flat=True)
    return {pk for one in asked for pk in tree.below(known, one)}


def places(reader: User) -> list[Place]:
    """Every domain with what `reader` may see in it, each right after what it stands in."""
    rows = {row.pk: row for row in Domain.objects.visible_to(reader).for_list(reader)}
    known = {row.pk: row.parent_id for row in rows.values()}
    own: dict[int, int] = {pk: row.asset_count for pk, row in rows.items()}  # type: ignore[attr-defined]
    total = tree.rolled_up(known, own)
    return [Place(rows[pk], depth, own[pk], total[pk]) for pk, depth in tree.in_order(known)]


def codes_upwards(domain: int | None) -> list[UUID]:
    """The codes of a domain, by its pk, and of those that it stands in, the nearest first: one query.

    For the rules about it, whoever asks.
    """
    if domain is None:
        return []
    rows = {pk: (parent, code) for pk, parent, code in Domain.objects.values_list("pk", "parent", "code")}
    known = {pk: parent for pk, (parent, _) in rows.items()}
    return [rows[pk][1] for pk in (domain, *reversed(tree.above(known, domain)))]
