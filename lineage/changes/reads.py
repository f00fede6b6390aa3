from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.harvest.models import Harvest
from catalog.history.changes import BREAKING
from catalog.history.models import SchemaVersion
from lineage.changes.spread import spread
from lineage.graph.models import NO_LIMIT, Edge

MOST_EDGES = 100_000  # that the walk from all changed assets follows
BATCH = 5000


@dataclass
class Concern:
    """Why one person is told of changes: version -> the assets of theirs that it reaches, nearest first."""

    person: User
    reached: dict[int, list[int]] = field(default_factory=dict)


def breaking(harvest: Harvest) -> list[SchemaVersion]:
    """What this harvest saw that breaks readers: lost columns, lost assets."""
    rows = harvest.versions.filter(impact=BREAKING).select_related("asset").defer("schema", "asset__search")
    return list(rows.order_by("asset__name", "number"))


def downstream(changed: Collection[int], harvest: Harvest) -> dict[int, list[int]]:
    """What lies downstream of each changed asset, as it was when the harvest began; one walk."""
    starts = sorted(changed)
    steps = Edge.objects.walk(starts, down=True, depth=NO_LIMIT, most=MOST_EDGES, at=harvest.began_at)
    edges = (edge for step in steps for edge in zip(step.sources, step.targets, step.jobs, strict=True))
    return spread(starts, edges)


def concerned(versions: Iterable[SchemaVersion], below: Mapping[int, Collection[int]]) -> list[Concern]:
    """Everybody who owns, or is steward of, a changed asset or one downstream of it."""
    rows = list(versions)
    known = _people({row.asset_id for row in rows} | {pk for reached in below.values() for pk in reached})
    told: dict[int, Concern] = {}
    for row in rows:
        for asset in (row.asset_id, *below.get(row.asset_id, ())):
            for person in known.get(asset, ()):
                concern = told.setdefault(person.pk, Concern(person))
                concern.reached.setdefault(row.pk, []).append(asset)
    return [told[pk] for pk in sorted(told)]


def _people(assets: Collection[int]) -> dict[int, set[User]]:
    """The active owner, and the steward of the domain, of each asset that has one."""
    keys = sorted(assets)
    pairs: list[tuple[int, int | None, int | None]] = []
    for start in range(0, len(keys), BATCH):
        rows = Asset.objects.filter(pk__in=keys[start : start + BATCH]).order_by()
        rows = rows.filter(Q(owner__isnull=False) | Q(domain__steward__isnull=False))
        pairs += rows.values_list("pk", "owner", "domain__steward")
    wanted = {person for _, *both in pairs for person in both if person is not None}
    people = {user.pk: user for user in User.objects.filter(pk__in=wanted, is_active=True)}
    found: dict[int, set[User]] = defaultdict(set)
    for pk, *both in pairs:
        found[pk].update(people[person] for person in both if person in people)
    return found


def seen(person: User, assets: Collection[int]) -> dict[int, Asset]:
    """Those of the assets that `person` may see."""
    keys, found = sorted(assets), {}
    for start in range(0, len(keys), BATCH):
        rows = Asset.objects.visible_to(person).filter(pk__in=keys[start : start + BATCH])
        found.update({asset.pk: asset for asset in rows.defer("search")})
    return found
