from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accesscontrol.audit.services import record
from catalog.assets.models import Asset
from catalog.assets.services import note_registered
from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import Scope, Snapshot, TableRef
from catalog.connectors.protocol import Connector, Progress, quiet
from catalog.harvest.bulk import Outcome, Writer, lock
from catalog.harvest.compare import Wanted, levels
from catalog.harvest.facts import HarvestFailed, SourceHarvested
from catalog.sources.models import Source
from catalog.sources.services import note_error, note_reached, open_source


@dataclass
class Tally:
    """What a harvest has come to so far."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    returned: int = 0
    databases: list[str] = field(default_factory=list)

    def add(self, database: str, outcome: Outcome) -> None:
        self.created += len(outcome.created)
        self.changed += outcome.changed
        self.removed += outcome.removed
        self.returned += outcome.returned
        self.databases.append(database)


def harvest_source(*, source: Source, actor: str, progress: Progress = quiet) -> Tally:
    """Read the source and bring the catalog up to date: one transaction for each database.

    Raises ConnectorError after whatever could be read is kept; what could not be read changes nothing.
    """
    began = timezone.now()
    try:
        connector = open_source(source=source)
        snapshot = connector.snapshot(first_half(progress))
    except ConnectorError as error:
        note_failure(source=source, actor=actor, error=error)
        raise
    tally = Tally()
    try:
        apply_snapshot(source, snapshot, connector, began, actor, progress, tally)
    finally:
        if tally.databases:
            conclude(source=source, actor=actor, tally=tally)
    failed = [scope.error for scope in snapshot.scopes if scope.error]
    if failed:
        note_failure(source=source, actor=actor, error=failed[0])
        raise failed[0]
    note_reached(source=source)
    return tally


def apply_snapshot(
    source: Source,
    snapshot: Snapshot,
    connector: Connector,
    began: datetime,
    actor: str,
    progress: Progress,
    tally: Tally,
) -> None:
    """Apply each database that was read to its end; `tally` grows with each that is committed."""
    complete = [scope for scope in snapshot.scopes if scope.complete]
    for at, scope in enumerate(complete):
        progress(len(complete) + at, 2 * len(complete), f"{scope.database}: comparing with the catalog")
        outcome = apply_database(
            source=source, snapshot=snapshot, scope=scope, connector=connector, began=began, actor=actor
        )
        tally.add(scope.database, outcome)


@transaction.atomic
def apply_database(
    *, source: Source, snapshot: Snapshot, scope: Scope, connector: Connector, began: datetime, actor: str
) -> Outcome:
    """Make the catalog say what the snapshot says about one database; all of it or nothing."""
    lock(f"harvest {snapshot.namespace} {scope.database}")
    writer = Writer(source, snapshot.namespace, timezone.now())
    wanted = levels(snapshot, scope, connector.dataset_name, connector.covers)
    for level in wanted:
        writer.write(level)
    outcome = writer.outcome
    outcome.removed = mark_removed(source, wanted[0][0], outcome, connector, began)
    if outcome.created:
        note_registered(assets=outcome.created, actor=actor)
    return outcome


def mark_removed(
    source: Source, database: Wanted, outcome: Outcome, connector: Connector, began: datetime
) -> int:
    """Mark what the source no longer has: asked for, and seen by nobody since this harvest began."""
    inside = Q(parent=outcome.pks[database.name]) | Q(parent__parent=outcome.pks[database.name])
    unseen = Asset.objects.present().filter(
        inside, Q(seen_at__lt=began) | Q(seen_at__isnull=True), source=source
    )
    gone = [asset.pk for asset in unseen.only("kind", "facts") if connector.covers(place(asset))]
    now = timezone.now()
    return Asset.objects.filter(pk__in=gone).update(removed_at=now, updated_at=now) if gone else 0


def place(asset: Asset) -> TableRef:
    """Where a harvested asset stands in its source; of a schema its place is an empty name in it."""
    facts = asset.facts
    if asset.kind == Asset.Kind.SCHEMA:
        return TableRef(facts["database"], facts["title"], "")
    return TableRef(facts["database"], facts.get("schema", ""), facts["title"])


@transaction.atomic
def conclude(*, source: Source, actor: str, tally: Tally) -> None:
    """Note that the source was read, and say what came of it."""
    source.harvested_at = timezone.now()
    source.save(update_fields=["harvested_at"])
    record(SourceHarvested(subject=str(source.code), actor=actor, **asdict(tally)))


@transaction.atomic
def note_failure(*, source: Source, actor: str, error: ConnectorError) -> None:
    """Keep the error on the source, and say that the harvest failed."""
    note_error(source=source, error=error)
    record(HarvestFailed(subject=str(source.code), actor=actor, reason=error.message))


def first_half(progress: Progress) -> Progress:
    """Reading is the first half of the work, comparing the second."""

    def report(done: int, total: int, message: str) -> None:
        progress(done, 2 * total, message)

    return report
