from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.harvest.models import Harvest
from catalog.history.changes import BREAKING, DOCUMENTATION, IMPACTS
from catalog.history.models import SchemaVersion, SchemaVersionQuerySet
from lineage.changes.spread import spread
from lineage.graph.models import NO_LIMIT, Edge
from stewardship.following.models import Follow

MOST_EDGES = 100_000  # that the walk from all changed assets follows
BATCH = 5000
TOLD = [impact for impact in IMPACTS if impact != DOCUMENTATION]


@dataclass
class Concern:
    """Why one person is told of changes: version -> the assets of theirs that it reaches, nearest first."""

    person: User
    reached: dict[int, list[int]] = field(default_factory=dict)


def to_tell(harvest: Harvest) -> SchemaVersionQuerySet:
    """What this harvest saw change of the schemas; new comments alone concern nobody."""
    return SchemaVersion.objects.filter(harvest=harvest, impact__in=TOLD)


def changed(harvest: Harvest) -> list[SchemaVersion]:
    """The same, what breaks readers first: lost columns, lost assets.

    Of the rest, which concerns nobody downstream, only what somebody answers for or follows.
    """
    follows = Follow.objects.filter(about_type="asset", about_code=OuterRef("asset__code")).order_by()
    answered = Q(asset__owner__isnull=False) | Q(asset__acting_steward__isnull=False)
    rows = to_tell(harvest).filter(Q(impact=BREAKING) | answered | Q(Exists(follows)))
    rows = rows.select_related("asset").defer("schema").order_by("asset__name", "number")
    return sorted(rows, key=lambda row: TOLD.index(row.impact))


def downstream(changed: Collection[int], harvest: Harvest) -> dict[int, list[int]]:
    """What lies downstream of each changed asset, as it was when the harvest began; one walk."""
    starts = sorted(changed)
    steps = Edge.objects.walk(starts, down=True, depth=NO_LIMIT, most=MOST_EDGES, at=harvest.began_at)
    edges = (edge for step in steps for edge in zip(step.sources, step.targets, step.jobs, strict=True))
    return spread(starts, edges)


def concerned(versions: Iterable[SchemaVersion], below: Mapping[int, Collection[int]]) -> list[Concern]:
    """Everybody who follows a changed asset, or owns or is steward of it or of one downstream of it."""
    rows = list(versions)
    known = _people({row.asset_id for row in rows} | {pk for reached in below.values() for pk in reached})
    for asset, followers in _followers({row.asset_id for row in rows}).items():
        known[asset] |= followers
    told: dict[int, Concern] = {}
    for row in rows:
        reached = below.get(row.asset_id, ()) if row.impact == BREAKING else ()
        for asset in (row.asset_id, *reached):
            for person in known.get(asset, ()):
                concern = told.setdefault(person.pk, Concern(person))
                concern.reached.setdefault(row.pk, []).append(asset)
    return [told[pk] for pk in sorted(told)]


def _people(assets: Collection[int]) -> dict[int, set[User]]:
    """The active owner, and the steward, of each asset that has one."""
    keys = sorted(assets)
    pairs: list[tuple[int, int | None, int | None]] = []
    for start in range(0, len(keys), BATCH):
        rows = Asset.objects.filter(pk__in=keys[start : start + BATCH]).order_by()
        rows = rows.filter(Q(owner__isnull=False) | Q(acting_steward__isnull=False))
        pairs += rows.values_list("pk", "owner", "acting_steward")
    wanted = {person for _, *both in pairs for person in both if person is not None}
    people = {user.pk: user for user in User.objects.filter(pk__in=wanted, is_active=True)}
    found: dict[int, set[User]] = defaultdict(set)
    for pk, *both in pairs:
        found[pk].update(people[person] for person in both if person in people)
    return found


def _followers(assets: Collection[int]) -> dict[int, set[User]]:
    """Who, of those with an open account, follows each of the assets."""
    rows = Asset.objects.filter(pk__in=assets).order_by()
    keys = dict(rows.values_list("code", "pk"))
    follows = Follow.objects.filter(about_type="asset", about_code__in=keys, user__is_active=True)
    found: dict[int, set[User]] = defaultdict(set)
    for follow in follows.select_related("user").order_by():
        found[keys[follow.about_code]].add(follow.user)
    return found


def seen(person: User, assets: Collection[int]) -> dict[int, Asset]:
    """Those of the assets that `person` may see."""
    keys, found = sorted(assets), {}
    for start in range(0, len(keys), BATCH):
        rows = Asset.objects.visible_to(person).filter(pk__in=keys[start : start + BATCH])
        found.update({asset.pk: asset for asset in rows})
    return found
