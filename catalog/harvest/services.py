from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from catalog.assets.models import Asset
from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Capability, Connector, Progress, quiet
from catalog.harvest.absent import TooMuchMissing
from catalog.harvest.applying import apply_part, apply_snapshot
from catalog.harvest.facts import HarvestFailed, OldHarvestsDeleted, SourceHarvested
from catalog.harvest.models import COUNTS, KEPT, Harvest
from catalog.harvest.turn import turn
from catalog.sources.models import Source
from catalog.sources.services import note_error, note_reached, open_source
from stewardship.jobs.models import Job

FORMAT = "1"  # raise it when a harvest learns to read more: then no probe of before is believed
SYSTEM = "system"
BATCH = 5000
BROKEN_OFF = ConnectorError("The harvest was broken off before its end.", "query")
WORDS = {"missing": "not seen"}  # as the pages say it
LISTED_ANEW_AFTER = timedelta(hours=24)  # sizes and row counts move without a probe telling


@dataclass(frozen=True)
class Order:
    """Who asked for a harvest, and how. `thorough` lists everything, whatever the probe says.

    `accept_removals` is for who looked at what the fail-safe stopped and found it right.
    """

    actor: str
    reason: str = Harvest.Reason.ASKED
    thorough: bool = False
    accept_removals: bool = False
    job_id: int | None = None


def harvest_source(*, source: Source, order: Order, progress: Progress = quiet) -> Harvest:
    """Read the source and bring the catalog up to date: one transaction for each database.

    Raises ConnectorError after whatever could be read is kept; what could not be read changes nothing.
    """
    with turn(source) as now:
        harvest = begin(source=now, order=order)
        try:
            errors = _harvest(harvest, order, progress)
        except ConnectorError as error:
            fail(harvest=harvest, error=error)
            raise
        except Exception:  # cancelled, or broken: what is committed stays, and is told
            conclude(harvest=harvest, probes={}, errors=[BROKEN_OFF], accepted=order.accept_removals)
            raise
    if errors:
        raise errors[0]
    return harvest


def _harvest(harvest: Harvest, order: Order, progress: Progress) -> list[ConnectorError]:
    connector = open_source(source=harvest.source)
    probes = probed(connector)
    if not order.thorough and is_known(harvest.source, probes):
        conclude_unchanged(harvest=harvest)
        return []
    snapshot = connector.snapshot(first_half(progress))
    errors = apply_snapshot(harvest, snapshot, connector, order.accept_removals, progress)
    known = all(scope.database in probes for scope in snapshot.scopes)
    whole = known and not errors and not any(table.partial for table in snapshot.tables)
    conclude(harvest=harvest, probes=probes if whole else {}, errors=errors, accepted=order.accept_removals)
    return errors


def harvest_part(
    *,
    source: Source,
    order: Order,
    only: Collection[TableRef],
    dropped: Collection[TableRef],
    cause: Mapping[str, str],
) -> Harvest:
    """Bring some relations up to date, as the source said that they changed; remove those it dropped.

    `cause` says who did it and by which statement; it is kept with the versions. Raises ConnectorError.
    """
    with turn(source) as now:
        harvest = begin(source=now, order=order)
        try:
            connector = open_source(source=now)
            snapshot = connector.snapshot(only=only) if only else None
            apply_part(harvest, connector, snapshot, dropped, cause)
        except ConnectorError as error:
            fail(harvest=harvest, error=error)
            raise
        except Exception:  # broken: nothing is written, and that is told
            fail(harvest=harvest, error=BROKEN_OFF)
            raise
        conclude(harvest=harvest, probes={}, errors=[], accepted=False)
    return harvest


@transaction.atomic
def begin(*, source: Source, order: Order) -> Harvest:
    """The row of this harvest; a job that begins again has one already.

    It is this one's turn: another one without a job that says that it runs died with its worker.
    """
    dead = source.harvests.filter(state=Harvest.State.RUNNING, job=None)
    dead.update(state=Harvest.State.FAILED, message=BROKEN_OFF.message, ended_at=timezone.now())
    started = {"source": source, "actor": order.actor, "reason": order.reason, "began_at": timezone.now()}
    if order.job_id is None:
        return Harvest.objects.create(**started)
    blank: dict[str, Any] = {"state": Harvest.State.RUNNING, "ended_at": None, "scopes": [], "message": ""}
    zero = dict.fromkeys(COUNTS, 0)
    return Harvest.objects.update_or_create(job_id=order.job_id, defaults={**started, **blank, **zero})[0]


def probed(connector: Connector) -> dict[str, str]:
    """What the databases say that can tell whether they changed."""
    if Capability.PROBE not in connector.capabilities:
        return {}
    return {name: f"{FORMAT} {said}" for name, said in connector.probe().items()}


def is_known(source: Source, probes: dict[str, str]) -> bool:
    """Whether a listing would say what the last one said: then none is needed."""
    if not probes or probes != source.probes:
        return False
    if Asset.objects.present().filter(source=source, missed_at__isnull=False).exists():
        return False  # whether it is gone for good shows the next listing
    since = timezone.now() - LISTED_ANEW_AFTER
    listings = source.harvests.filter(state=Harvest.State.SUCCEEDED, began_at__gt=since)
    return listings.exclude(reason=Harvest.Reason.STATEMENT).exists()


@transaction.atomic
def conclude(
    *, harvest: Harvest, probes: dict[str, str], errors: list[ConnectorError], accepted: bool
) -> None:
    """Note that the source was read, and say what came of it."""
    applied = [scope["database"] for scope in harvest.scopes if scope["state"] == Harvest.State.SUCCEEDED]
    source = harvest.source
    if applied or not errors:
        source.harvested_at = timezone.now()
        source.save(update_fields=["harvested_at"])
        # What was probed under other settings says nothing about these.
        Source.objects.filter(pk=source.pk, settings=source.settings).update(probes=probes)
        counts: dict[str, Any] = harvest.counts
        code, subject = str(harvest.code), str(source.code)
        record(
            SourceHarvested(
                subject=subject,
                actor=harvest.actor,
                harvest=code,
                databases=applied,
                accepted=accepted,
                **counts,
            )
        )
    if errors:
        stopped = all(isinstance(error, TooMuchMissing) for error in errors)
        alone = Harvest.State.STOPPED if stopped else Harvest.State.FAILED
        end(harvest, Harvest.State.PARTIAL if applied else alone, errors[0].message)
        note_failure(harvest, errors[0])
    else:
        end(harvest, Harvest.State.SUCCEEDED, told(harvest))
        note_reached(source=source)


@transaction.atomic
def conclude_unchanged(*, harvest: Harvest) -> Harvest:
    """The probe says what it said before the last listing."""
    harvest.source.harvested_at = timezone.now()
    harvest.source.save(update_fields=["harvested_at"])
    note_reached(source=harvest.source)
    end(harvest, Harvest.State.UNCHANGED, "Nothing changed at the source.")
    return harvest


@transaction.atomic
def fail(*, harvest: Harvest, error: ConnectorError) -> None:
    """The source could not be read at all."""
    end(harvest, Harvest.State.FAILED, error.message)
    note_failure(harvest, error)


def note_failure(harvest: Harvest, error: ConnectorError) -> None:
    """Keep the error on the source, and say that the harvest failed."""
    note_error(source=harvest.source, error=error)
    record(HarvestFailed(subject=str(harvest.source.code), actor=harvest.actor, reason=error.message))


def end(harvest: Harvest, state: str, message: str) -> None:
    harvest.state, harvest.message, harvest.ended_at = state, message[:500], timezone.now()
    harvest.save()


@transaction.atomic
def delete_old_harvests() -> int:
    """Delete old harvests that nobody needs, and their jobs; safe to run twice. Return how many went."""
    now, number = timezone.now(), 0
    while rows := list(Harvest.objects.forgettable(now).values_list("pk", "job")[:BATCH]):
        number += len(rows)
        Harvest.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
        Job.objects.filter(pk__in=[job for _, job in rows if job]).delete()
    if number:
        record(OldHarvestsDeleted(subject=(now - KEPT).isoformat(), actor=SYSTEM, number=number))
    return number


def told(harvest: Harvest) -> str:
    """The end of a harvest in one line."""
    counts = ", ".join(
        f"{number} {WORDS.get(name, name)}" for name, number in harvest.counts.items() if number
    )
    return f"Assets: {counts or 'nothing changed'}."


def first_half(progress: Progress) -> Progress:
    """Reading is the first half of the work, comparing the second."""

    def report(done: int, total: int, message: str) -> None:
        progress(done, 2 * total, message)

    return report
