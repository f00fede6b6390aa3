from datetime import timedelta
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import Capability, Progress, quiet
from catalog.connectors.usage import NotCounting, ReadsUsage, UsageReading
from catalog.sources.models import Source
from catalog.sources.services import open_source
from catalog.usage.counting import Counted, Last, counted, forgotten, increments
from catalog.usage.facts import OldUsageDeleted, QueriesImported, UsageRead
from catalog.usage.log import Log
from catalog.usage.models import QueryBatch, QueryDay, QueryKind, UsageCounter, UsageFeed
from catalog.usage.parsing import DIALECTS
from catalog.usage.ran import redacted, restored, stored
from catalog.usage.storing import BATCH, Store, Tally
from stewardship.jobs.models import Job
from stewardship.jobs.services import submit_job

KEPT = timedelta(days=90)
SYSTEM = "system"
COUNT = "catalog.count_queries"  # the kind of job that counts a log


def reader_of(source: Source) -> ReadsUsage | None:
    """What tells which statements ran at the source, None for a kind that cannot. Raises ConnectorError."""
    connector = open_source(source=source)
    return cast(ReadsUsage, connector) if Capability.USAGE in connector.capabilities else None


def read_usage(*, source: Source, actor: str) -> Tally:
    """Count what ran at the source since the last time. Raises ConnectorError, and notes why."""
    feed, _ = UsageFeed.objects.get_or_create(source=source)
    try:
        connector = reader_of(source)
        if connector is None:
            raise NotCounting("This kind of source does not tell which queries ran.")
        with transaction.atomic():
            return _read(UsageFeed.objects.select_for_update().get(pk=feed.pk), connector, actor)
    except ConnectorError as error:
        remedy = error.remedy if isinstance(error, NotCounting) else ""
        UsageFeed.objects.filter(pk=feed.pk).update(error=error.message[:500], remedy=remedy[:500])
        raise


def _read(feed: UsageFeed, connector: ReadsUsage, actor: str) -> Tally:
    """The feed's row is locked: a reading that is older is never applied after a newer one."""
    source = feed.source
    reading = connector.usage(feed.cursor)
    rows = list(source.usage_counters.all())
    known = {row.key: Counted(row.mark, row.calls, row.total_ms, row.rows) for row in rows}
    last = Last(feed.at, frozenset(feed.whole)) if feed.at else None
    store = Store(source)
    store.read(redacted([*increments(known, last, reading), *reading.ran], store.dialect), reading.at)
    tally = store.write()
    tally.hidden = reading.hidden
    gone = forgotten({row.key: row.database for row in rows}, reading)
    source.usage_counters.filter(key__in=gone).delete()
    note_counters(source, reading)
    feed.at, feed.cursor, feed.whole = reading.at, reading.cursor, sorted(reading.whole)
    feed.hidden, feed.error, feed.remedy = reading.hidden, "", ""
    feed.save()
    if tally.calls:
        told = {"calls": tally.calls, "statements": tally.statements}
        record(UsageRead(subject=str(source.code), actor=actor, **told))
    return tally


def note_counters(source: Source, reading: UsageReading) -> None:
    """Remember how far each counter is."""
    rows = [
        UsageCounter(source=source, key=facts.key, database=facts.database, **vars(counted(facts, reading)))
        for facts in reading.counters
    ]
    UsageCounter.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["source", "key"],
        update_fields=["database", "mark", "calls", "total_ms", "rows"],
    )


@transaction.atomic
def receive_queries(*, source: Source, log: Log, batch: str, actor: str) -> tuple[QueryBatch, Job | None]:
    """Keep a log without its literals, and have a worker count it.

    A batch whose name came before is the one of then; no job counts it where it is counted.
    """
    dialect = DIALECTS.get(source.kind, "")
    rejected = [{"line": each.line, "reason": each.reason} for each in log.rejected]
    given = {"log": stored(redacted(log.kept, dialect)), "rejected": rejected}
    rows = source.query_batches
    row = rows.get_or_create(name=batch, defaults=given)[0] if batch else rows.create(**given)
    if row.answer is not None:
        return row, None
    return row, submit_job(kind=COUNT, arguments={"batch_id": row.pk}, actor=actor, subject=row.subject)


def count_queries(*, batch: QueryBatch, actor: str, progress: Progress = quiet) -> dict[str, Any]:
    """Count what a log tells, once, and return what came of it."""
    if batch.log is not None:
        store = Store(batch.source)
        store.read(restored(batch.log), batch.received_at, progress)
        _count(batch, store, actor)
        batch.refresh_from_db()
    answer: dict[str, Any] = batch.answer or {}
    return answer


@transaction.atomic
def _count(batch: QueryBatch, store: Store, actor: str) -> None:
    row = QueryBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if row.log is None:
        return  # a worker that was thought dead was not
    tally, kept = store.write(), len(row.log["runs"])
    row.answer = {
        "kept": kept,
        "statements": tally.statements,
        "unparsed": tally.unparsed,
        "left_out": tally.left_out,
        "rejected": row.rejected,
    }
    row.log = None
    row.save(update_fields=["log", "answer"])
    subject, rejected = str(row.source.code), len(row.rejected)
    record(QueriesImported(subject=subject, actor=actor, batch=row.name, kept=kept, rejected=rejected))


@transaction.atomic
def delete_old_usage() -> int:
    """Delete what ran more than 90 days ago; safe to run twice. Return how many days and statements went."""
    limit = timezone.now() - KEPT
    days, _ = QueryDay.objects.filter(day__lt=limit.date()).delete()
    old = QueryKind.objects.filter(days__isnull=True, first_seen__lt=limit)
    kinds, _ = old.exclude(last_seen__gte=limit).delete()
    batches, _ = QueryBatch.objects.filter(received_at__lt=limit).delete()
    number = days + kinds + batches
    if number:
        record(OldUsageDeleted(subject=limit.date().isoformat(), actor=SYSTEM, number=number))
    return number
