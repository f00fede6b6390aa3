"""What was read becomes rows: one database is one transaction, and the harvest's row tells of each."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone

from catalog.assets.models import Asset
from catalog.assets.services import note_registered
from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import Scope, Snapshot, TableRef, dotted
from catalog.connectors.protocol import Connector, Progress
from catalog.harvest import guests
from catalog.harvest.absent import (
    TooMuchMissing,
    addresses_left,
    note_absent,
    note_left,
    remove_dropped,
)
from catalog.harvest.bulk import Outcome, Writer
from catalog.harvest.compare import levels, target_of
from catalog.harvest.models import Harvest


def apply_snapshot(
    harvest: Harvest, snapshot: Snapshot, connector: Connector, accept: bool, progress: Progress
) -> list[ConnectorError]:
    """Apply each database that was read to its end; return what went wrong with the others."""
    errors = []
    for at, scope in enumerate(snapshot.scopes):
        progress(len(snapshot.scopes) + at, 2 * len(snapshot.scopes), f"{scope.database}: comparing")
        error = scope.error
        if error is None:
            try:
                apply_database(harvest, snapshot, scope, connector, accept)
            except TooMuchMissing as stopped:
                error = stopped
        if error is not None:
            state = Harvest.State.STOPPED if isinstance(error, TooMuchMissing) else Harvest.State.FAILED
            listed = sum(table.database == scope.database for table in snapshot.tables)
            note_scope(harvest, scope, state, listed=listed, message=error.message)
            errors.append(error)
    if snapshot.scopes and not errors:
        errors = apply_left(harvest, snapshot.namespace, accept)
    return errors


def apply_left(harvest: Harvest, namespace: str, accept: bool) -> list[ConnectorError]:
    """Miss what the source held under other addresses than that of now; return what the fail-safe stopped."""
    errors: list[ConnectorError] = []
    for left in addresses_left(harvest.source, namespace):
        scope = Scope(left)
        writer = Writer(harvest.source, left, timezone.now(), harvest, {})
        try:
            with transaction.atomic():
                note_left(writer, left, accept)
                note_scope(harvest, scope, Harvest.State.SUCCEEDED, outcome=writer.outcome)
        except TooMuchMissing as stopped:
            note_scope(harvest, scope, Harvest.State.STOPPED, message=stopped.message)
            errors.append(stopped)
    return errors


@transaction.atomic
def apply_database(
    harvest: Harvest, snapshot: Snapshot, scope: Scope, connector: Connector, accept: bool
) -> None:
    """Make the catalog say what the snapshot says about one database; all of it or nothing."""
    writer = Writer(harvest.source, snapshot.namespace, timezone.now(), harvest, {})
    wanted = levels(snapshot, scope, connector.dataset_name, connector.covers)
    for level in wanted:
        writer.write(level)
    note_absent(writer, scope, wanted[0][0].name, connector, harvest.began_at, accept)
    if scope.proven and writer.source.pk in writer.guests:
        still = writer.outcome.pks.values()
        guests.forget(writer.source, writer.namespace, scope.database, still, writer.now)
    if writer.outcome.created:
        note_registered(assets=writer.outcome.created, actor=harvest.actor)
    note_scope(harvest, scope, Harvest.State.SUCCEEDED, listed=len(wanted[-1]), outcome=writer.outcome)


@transaction.atomic
def apply_part(
    harvest: Harvest,
    connector: Connector,
    snapshot: Snapshot | None,
    dropped: Collection[TableRef],
    cause: Mapping[str, str],
) -> None:
    """Write what was listed, and remove what was dropped; nothing else is touched."""
    writer = Writer(harvest.source, connector.namespace, timezone.now(), harvest, cause)
    if snapshot:
        write_part(writer, snapshot, connector)
    there = {table.ref for table in snapshot.tables} if snapshot else set()
    remove_dropped(writer, [name_of(connector, ref) for ref in dropped if ref not in there])
    if writer.outcome.created:
        note_registered(assets=writer.outcome.created, actor=harvest.actor)
    add_up(harvest, writer.outcome)


def write_part(writer: Writer, snapshot: Snapshot, connector: Connector) -> None:
    """Write what was listed; keys may refer to what was not, if the catalog has it."""
    named = connector.dataset_name
    targets = {target_of(table, key, named) for table in snapshot.tables for key in table.foreign_keys}
    known = Asset.objects.present().filter(namespace=writer.namespace, name__in=targets)
    writer.outcome.pks |= dict(known.exclude(kind=Asset.Kind.JOB).values_list("name", "pk"))
    for scope in snapshot.scopes:
        if scope.complete:
            for level in levels(snapshot, scope, named, connector.covers, writer.outcome.pks):
                writer.write(level)


def name_of(connector: Connector, ref: TableRef) -> str:
    """The name of an asset; a reference without a name is to a schema."""
    return connector.dataset_name(ref) if ref.name else dotted(ref.database, ref.schema)


def note_scope(
    harvest: Harvest,
    scope: Scope,
    state: str,
    *,
    listed: int = 0,
    outcome: Outcome | None = None,
    message: str = "",
) -> None:
    """Keep on the harvest's row what came of one database."""
    outcome = outcome or Outcome()
    add_up(harvest, outcome)
    if outcome.kept_back:
        message = f"{outcome.kept_back} not listed, but not taken for removed: {scope.unproven}"
    told = {"database": scope.database, "state": state, "listed": listed, "message": message}
    harvest.scopes = [*harvest.scopes, {**told, "missing": outcome.missing, "removed": outcome.removed}]
    harvest.save()


def add_up(harvest: Harvest, outcome: Outcome) -> None:
    harvest.created += len(outcome.created)
    for name in ("changed", "returned", "missing", "removed"):
        setattr(harvest, name, getattr(harvest, name) + getattr(outcome, name))
