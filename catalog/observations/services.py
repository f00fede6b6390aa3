from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from catalog.assets.models import Asset, Field
from catalog.observations.facts import AssetsObserved
from catalog.observations.seen import Seen, SeenColumn, merged

OBSERVED = "observed"  # key of Asset.facts: {"at": the latest sight, "known": digests that say nothing new}
MOST_KNOWN = 20
NAMES_IN_A_FACT = 50
OF_ASSET = ("kind", "harvested_description", "facts", "field_names", "updated_at")
OF_FIELD = ("data_type", "harvested_description")


@transaction.atomic
def observe_assets(*, sights: Mapping[Asset, Sequence[Seen]], actor: str) -> None:
    """Learn columns, kinds and descriptions of assets that no source describes, and say what is new.

    A harvested asset learns nothing: its source knows better. Nothing is taken away, because an
    event may name only a part of the columns. What was said before in the same words costs nothing:
    the assets, as they were just read, tell.
    """
    lessons = _lessons({asset: _unknown(asset, seen) for asset, seen in sights.items()})
    if not lessons:
        return
    for lesson in lessons:
        lesson.learn()
    _write(lessons)
    new = [lesson for lesson in lessons if lesson.is_news]
    if new:
        record(
            AssetsObserved(
                subject=str(new[0].asset.code),
                actor=actor,
                count=len(new),
                names=[lesson.asset.name for lesson in new[:NAMES_IN_A_FACT]],
                new_fields=sum(len(lesson.new) for lesson in new),
            )
        )


def _unknown(asset: Asset, sights: Sequence[Seen]) -> list[Seen]:
    """Return the sights that may say something new."""
    if asset.source_id is not None:
        return []
    known = asset.facts.get(OBSERVED, {}).get("known", ())
    return [seen for seen in sights if not seen.says_nothing and seen.digest not in known]


@dataclass
class Lesson:
    """What sights change about one asset; an older sight only fills what is empty."""

    asset: Asset
    sights: list[Seen]
    fields: dict[str, Field] = field(default_factory=dict)
    new: list[Field] = field(default_factory=list)
    changed: dict[str, Field] = field(default_factory=dict)
    is_news: bool = False

    def learn(self) -> None:
        seen = merged(self.sights)
        before = self.asset.facts.get(OBSERVED, {})
        newer = before.get("at", "") <= seen.at.isoformat()
        for at, column in enumerate(seen.columns, start=1):
            self._learn_column(column, at, newer)
        said = {"kind": seen.kind, "harvested_description": seen.description}
        self.is_news = _put(self.asset, said, newer) or bool(self.new or self.changed)
        known = [] if self.is_news else before.get("known", [])
        latest = seen.at.isoformat() if newer else before["at"]
        self._note(latest, [*known, *(seen.digest for seen in self.sights if self._is_settled(seen))])

    def _learn_column(self, column: SeenColumn, at: int, newer: bool) -> None:
        known = self.fields.get(column.name)
        if known is None:
            self.new.append(self._field(column, at))
            self.fields[column.name] = self.new[-1]
        elif _put(known, _said(column), newer):
            self.changed[column.name] = known

    def _field(self, column: SeenColumn, at: int) -> Field:
        known = len(self.fields) - len(self.new)
        return Field(asset=self.asset, name=column.name, position=at + known, **_said(column))

    def _is_settled(self, seen: Seen) -> bool:
        """Whether everything that the sight says is now so."""
        if seen.kind not in ("", self.asset.kind):
            return False
        if seen.description not in ("", self.asset.harvested_description):
            return False
        return all(
            getattr(self.fields[column.name], key) == value
            for column in seen.columns
            for key, value in _said(column).items()
            if value
        )

    def _note(self, latest: str, known: list[str]) -> None:
        """Say on the asset what it holds now, for the search and for the next sight."""
        self.asset.field_names = " ".join(self.fields)
        self.asset.updated_at = timezone.now() if self.is_news else self.asset.updated_at
        noted = {"at": latest, "known": known[-MOST_KNOWN:]}
        self.asset.facts = {**self.asset.facts, OBSERVED: noted}


def _said(column: SeenColumn) -> dict[str, str]:
    return {"data_type": column.data_type, "harvested_description": column.description}


def _put(row: Asset | Field, said: Mapping[str, Any], newer: bool) -> bool:
    """Set what is said, where it is newer or nothing is there; return whether anything changed."""
    wins = {key: value for key, value in said.items() if value and (newer or not getattr(row, key))}
    different = {key: value for key, value in wins.items() if getattr(row, key) != value}
    for key, value in different.items():
        setattr(row, key, value)
    return bool(different)


def _lessons(sights: Mapping[Asset, list[Seen]]) -> list[Lesson]:
    """Lock what is spoken of, in the order of ids; who got a source meanwhile is left alone."""
    wanted = {asset.pk: seen for asset, seen in sights.items() if seen}
    if not wanted:
        return []
    free = Asset.objects.filter(pk__in=wanted, source=None).order_by("pk")
    lessons = {row.pk: Lesson(row, wanted[row.pk]) for row in free.select_for_update(of=("self",))}
    for row in Field.objects.filter(asset__in=lessons).order_by("asset", "position"):
        lessons[row.asset_id].fields[row.name] = row
    return list(lessons.values())


def _write(lessons: Sequence[Lesson]) -> None:
    changed = [row for lesson in lessons for row in lesson.changed.values()]
    Asset.objects.bulk_update([lesson.asset for lesson in lessons], OF_ASSET, batch_size=500)
    Field.objects.bulk_update(sorted(changed, key=lambda row: row.pk), OF_FIELD, batch_size=500)
    new = [row for lesson in lessons for row in lesson.new]
    Field.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
