"""Assets written in sets: a statement for every BATCH of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db import connection

from catalog.assets.copying import copy_new
from catalog.assets.documented import DOCUMENTED
from catalog.assets.models import Asset
from catalog.harvest import guests
from catalog.harvest.columns import write_fields, write_keys
from catalog.harvest.compare import Wanted
from catalog.harvest.models import Harvest
from catalog.history.models import SchemaVersion
from catalog.history.services import note_versions
from catalog.sources.models import Source

Item = TypeVar("Item")
BATCH = 1000  # rows in a statement
KEPT = (DOCUMENTED, "renamed_from", "renamed_to")  # facts that the source does not decide
CHUNK = 5000  # assets in memory, with their fields
OF_ASSET = (
    "kind",
    "harvested_description",
    "facts",
    "row_estimate",
    "size_bytes",
    "modified_at",
    "fingerprint",
    "field_names",
    "parent",
    "missed_at",
    "removed_at",
    "updated_at",
)
OF_NEW = (
    *("code", "namespace", "name", "source_id", "domain_id", "location", "seen_at", "created_at"),
    *("parent_id" if name == "parent" else name for name in OF_ASSET),
)
TAKEN_OVER = ("source", "domain", "location")  # written alone: people may change the latter meanwhile
COMPARED = (
    "code",
    "kind",
    "name",
    "fingerprint",
    "row_estimate",
    "size_bytes",
    "modified_at",
    "missed_at",
    "removed_at",
    "source",
    "domain",
    "location",
    "harvested_description",
    "facts",
)
ESTIMATES = ("row_estimate", "size_bytes", "modified_at")


@dataclass
class Outcome:
    """What came of one database. `pks` are the assets that the source has, by their names."""

    pks: dict[str, int] = field(default_factory=dict)
    created: list[Asset] = field(default_factory=list)
    changed: int = 0
    returned: int = 0
    missing: int = 0
    removed: int = 0
    kept_back: int = 0  # not listed, but that proves nothing

    @property
    def is_news(self) -> bool:
        return bool(self.created or self.changed or self.returned or self.missing or self.removed)


def lock(name: str) -> None:
    """Wait until nobody else writes under this name; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


class Writer:
    """Brings one database of a source into the catalog, level by level."""

    def __init__(
        self, source: Source, namespace: str, now: datetime, harvest: Harvest, cause: Mapping[str, str]
    ) -> None:
        self.source = source
        self.namespace = namespace
        self.now = now
        self.harvest = harvest
        self.cause = dict(cause)
        self.outcome = Outcome()
        self.guests = guests.describing_sources()
        self.moved = sources_elsewhere(source, namespace)

    def write(self, level: Sequence[Wanted]) -> None:
        """Assets of one level, whose parents are written already."""
        touched: dict[str, Asset] = {}
        for chunk in chunks(level):
            touched |= self._write_assets({each.name: each for each in chunk})
        wanted = {each.name: each for each in level if each.name in touched}
        added = {asset.pk for asset in self.outcome.created}
        for assets in chunks(list(touched.values())):
            write_keys(assets, wanted, self.outcome.pks, added)

    def _write_assets(self, wanted: dict[str, Wanted]) -> dict[str, Asset]:
        """Return those that are new or changed, by their names."""
        stored = self._stored(wanted)
        theirs = self._described_elsewhere(stored)
        mine = {name: asset for name, asset in stored.items() if name not in theirs}
        created = self._insert([each for name, each in wanted.items() if name not in stored])
        new = {asset.name for asset in created}
        overtaken = list(self._stored(wanted.keys() - stored.keys() - new).values())
        self.outcome.created += created
        self.outcome.pks |= {asset.name: asset.pk for asset in (*stored.values(), *created, *overtaken)}
        self._note(created, wanted, SchemaVersion.Event.FIRST)
        if self.source.pk not in self.guests:
            guests.ask_again(self.guests & {asset.source_id for asset in mine.values()})
        changed = self._update([*mine.values(), *overtaken], wanted)
        touched = [*created, *changed]
        write_fields(touched, wanted, self.now, {asset.pk for asset in created})
        guests.document(theirs.values(), wanted, self.source, self.now)
        seen = [asset.pk for asset in (*mine.values(), *overtaken)]
        Asset.objects.filter(pk__in=seen).update(seen_at=self.now)
        return {asset.name: asset for asset in touched}

    def _stored(self, names: Iterable[str]) -> dict[str, Asset]:
        rows = Asset.objects.filter(namespace=self.namespace, name__in=list(names))
        return {asset.name: asset for asset in rows.exclude(kind=Asset.Kind.JOB).only(*COMPARED)}

    def _described_elsewhere(self, stored: dict[str, Asset]) -> dict[str, Asset]:
        """Of a source that describes what others hold: the assets that another one holds."""
        if self.source.pk not in self.guests:
            return {}
        return {
            name: asset
            for name, asset in stored.items()
            if asset.source_id not in self.guests and asset.source_id is not None
        }

    def _insert(self, level: Sequence[Wanted]) -> list[Asset]:
        """Return those that are added; what somebody else wrote just now is not."""
        given = {"namespace": self.namespace, "seen_at": self.now, "created_at": self.now}
        rows = [self._filled(Asset(**given, name=each.name), each) for each in level]
        for row in rows:
            self._take_over(row)
        added = copy_new(Asset, [{name: getattr(row, name) for name in OF_NEW} for row in rows])
        for row in rows:
            row.pk = added.get(row.code)
        return [row for row in rows if row.pk]

    def _take_over(self, asset: Asset) -> None:
        """What people decide is only given to what nobody harvested before."""
        asset.source = self.source
        asset.domain_id = asset.domain_id or self.source.domain_id
        asset.location = asset.location or self.source.location

    def _filled(self, asset: Asset, wanted: Wanted) -> Asset:
        """What the source decides."""
        asset.kind = wanted.kind
        kept = {key: asset.facts[key] for key in KEPT if key in asset.facts}
        documented = kept.get(DOCUMENTED)
        asset.facts = {**wanted.facts, **kept}
        asset.harvested_description = wanted.comment or guests.comment(documented)
        asset.row_estimate, asset.size_bytes = wanted.row_estimate, wanted.size_bytes
        asset.modified_at = wanted.modified_at
        asset.fingerprint = wanted.fingerprint
        asset.field_names = " ".join(each.name for each in wanted.fields)
        asset.parent_id = self.outcome.pks.get(wanted.parent) if wanted.parent else None
        asset.missed_at = asset.removed_at = None
        asset.updated_at = self.now
        return asset

    def _takes_over(self, asset: Asset) -> bool:
        """Whether no source holds it, only one that describes it, or one that has another address now."""
        return asset.source_id is None or asset.source_id in self.guests | self.moved

    def _update(self, stored: Sequence[Asset], wanted: dict[str, Wanted]) -> list[Asset]:
        """Return those whose fields and keys must be looked at."""
        changed = [asset for asset in stored if differs(asset, wanted[asset.name])]
        same = [asset for asset in stored if not differs(asset, wanted[asset.name])]
        back = [asset for asset in stored if asset.removed_at or asset.missed_at]
        self._note(back, wanted, SchemaVersion.Event.RETURNED)
        away = {asset.pk for asset in back}
        modified = [asset for asset in changed if asset.pk not in away]
        self._note(modified, wanted, SchemaVersion.Event.CHANGED)
        self.outcome.returned += len(back)
        self.outcome.changed += len(modified)
        Asset.objects.filter(pk__in=away).update(removed_at=None, missed_at=None, updated_at=self.now)
        self._estimate(same, wanted)
        new = [asset for asset in stored if self._takes_over(asset)]
        for asset in new:
            self._take_over(asset)
        filled = [self._filled(asset, wanted[asset.name]) for asset in changed]
        Asset.objects.bulk_update(filled, OF_ASSET, batch_size=BATCH)
        Asset.objects.bulk_update(new, TAKEN_OVER, batch_size=BATCH)
        return changed

    def _note(self, assets: Sequence[Asset], wanted: dict[str, Wanted], event: str) -> None:
        schemas = {asset.pk: wanted[asset.name].schema for asset in assets}
        note_versions(event, schemas, at=self.now, harvest_id=self.harvest.pk, cause=self.cause)

    def _estimate(self, same: Sequence[Asset], wanted: dict[str, Wanted]) -> None:
        """Sizes move without anything having changed."""
        moved = []
        for asset in same:
            new = wanted[asset.name]
            if any(getattr(asset, name) != getattr(new, name) for name in ESTIMATES):
                for name in ESTIMATES:
                    setattr(asset, name, getattr(new, name))
                moved.append(asset)
        Asset.objects.bulk_update(moved, ESTIMATES, batch_size=BATCH)


def sources_elsewhere(source: Source, namespace: str) -> set[int]:
    """The keys of the other sources that have another address than `namespace`."""
    others = Source.objects.exclude(namespace=namespace).exclude(pk=source.pk)
    return set(others.values_list("pk", flat=True))


def differs(asset: Asset, wanted: Wanted) -> bool:
    """Whether there is something to write; what was only half readable does not wipe out the other half."""
    half_read = wanted.partial and asset.fingerprint and not asset.removed_at
    return asset.fingerprint != wanted.fingerprint and not half_read


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items in order, in pieces that fit into memory with all that hangs on them."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
