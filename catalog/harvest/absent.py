"""What a whole listing was without: the dangerous part of a harvest.

An asset is missed only by a listing that proves absence, and removed only by the second one in a row. A
listing that misses too much of a database at once is not believed (`TooMuchMissing`): it is more often a
wrong address, an empty disk or a half restored server than the truth. What people said stays on what is
removed, and comes back with it.

What a source held under an address that it has no more is missed by every listing, and as dangerous.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from catalog.assets.models import Asset, AssetQuerySet
from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import Scope
from catalog.connectors.protocol import Connector
from catalog.harvest.bulk import Writer
from catalog.harvest.reads import place
from catalog.history.models import SchemaVersion
from catalog.history.services import note_absences
from catalog.sources.models import Source

TOO_MUCH = "{} of {} assets are not listed any more, which is more than {} %. Nothing was changed."
LEFT = "{} assets are not read any more, for the source has another address now. They were not changed."
CONTAINERS = (Asset.Kind.DATABASE, Asset.Kind.SCHEMA, Asset.Kind.FOLDER)


class TooMuchMissing(ConnectorError):
    """The fail-safe: so much is not listed that nothing of this listing is applied."""

    def __init__(self, place: str, why: str) -> None:
        said = f"{place}: {why} If this is right, harvest again and accept the removals."
        super().__init__(said, "missing")


def note_absent(
    writer: Writer, scope: Scope, database: str, connector: Connector, began: datetime, accept: bool
) -> None:
    """Mark what was asked for and is not there; `database` is the name of its asset.

    Raises TooMuchMissing unless the removals are accepted.
    """
    inside = _inside(writer, writer.outcome.pks[database])
    gone = [asset for asset in _unseen(inside, began) if connector.covers(place(asset))]
    if not scope.proven:
        writer.outcome.kept_back = len(gone)
        return
    if not accept:
        _refuse_too_much(writer.source.fail_safe, scope.database, inside, gone)
    again = [asset.pk for asset in gone if asset.missed_at]
    _mark(writer, again, SchemaVersion.Event.REMOVED)
    _mark(writer, [asset.pk for asset in gone if not asset.missed_at], SchemaVersion.Event.MISSING)


def addresses_left(source: Source, namespace: str) -> list[str]:
    """The namespaces in which the catalog still has assets of the source, besides that of now."""
    held = Asset.objects.present().filter(source=source).exclude(namespace=namespace).order_by("namespace")
    return list(held.values_list("namespace", flat=True).distinct())


def note_left(writer: Writer, namespace: str, accept: bool) -> None:
    """Mark what the source held under another address. Raises TooMuchMissing unless that is accepted."""
    held = Asset.objects.present().filter(source=writer.source, namespace=namespace)
    lost = held.filter(missed_at=None).exclude(kind__in=CONTAINERS).count()
    if lost > 1 and not accept and writer.source.fail_safe < 100:
        raise TooMuchMissing(namespace, LEFT.format(lost))
    again = dict(held.values_list("pk", "missed_at"))
    _mark(writer, [pk for pk, missed in again.items() if missed], SchemaVersion.Event.REMOVED)
    _mark(writer, [pk for pk, missed in again.items() if not missed], SchemaVersion.Event.MISSING)


def remove_dropped(writer: Writer, names: list[str]) -> None:
    """Remove at once what the source said it dropped, and what stood in it."""
    mine = Asset.objects.present().filter(source=writer.source, namespace=writer.namespace)
    dropped = list(mine.filter(name__in=names).values_list("pk", flat=True))
    _mark(
        writer,
        [*dropped, *mine.filter(parent__in=dropped).values_list("pk", flat=True)],
        SchemaVersion.Event.REMOVED,
    )


def _inside(writer: Writer, database: int) -> AssetQuerySet:
    """What stands in a database: an index finds it by its parents, which are few."""
    schemas = Asset.objects.filter(parent=database, kind=Asset.Kind.SCHEMA).order_by()
    parents = [database, *schemas.values_list("pk", flat=True)]
    return Asset.objects.present().filter(parent__in=parents, source=writer.source).order_by()


def _unseen(inside: AssetQuerySet, began: datetime) -> AssetQuerySet:
    unseen = Q(seen_at__lt=began) | Q(seen_at__isnull=True)
    return inside.filter(unseen).only("kind", "facts", "missed_at")


def _refuse_too_much(share: int, database: str, inside: AssetQuerySet, gone: list[Asset]) -> None:
    """One alone is everyday life, however small the database; schemas go with what stands in them.

    What an earlier listing missed was believed then.
    """
    lost = sum(1 for asset in gone if asset.kind != Asset.Kind.SCHEMA and not asset.missed_at)
    if lost < 2 or share >= 100:
        return
    known = inside.exclude(kind=Asset.Kind.SCHEMA).count()
    if lost * 100 > known * share:
        raise TooMuchMissing(database, TOO_MUCH.format(lost, known, share))


def _mark(writer: Writer, assets: list[int], event: str) -> None:
    if not assets:
        return
    removed = event == SchemaVersion.Event.REMOVED
    moment = {"removed_at": writer.now} if removed else {"missed_at": writer.now}
    Asset.objects.filter(pk__in=assets).update(updated_at=writer.now, **moment)
    note_absences(event, assets, at=writer.now, harvest_id=writer.harvest.pk, cause=writer.cause)
    if removed:
        writer.outcome.removed += len(assets)
    else:
        writer.outcome.missing += len(assets)
