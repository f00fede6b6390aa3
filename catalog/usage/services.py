from datetime import timedelta
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import Capability
from catalog.connectors.usage import NotCounting, ReadsUsage, UsageReading
from catalog.sources.models import Source
from catalog.sources.services import open_source
from catalog.usage.counting import Counted, Last, counted, forgotten, increments
from catalog.usage.facts import OldUsageDeleted, QueriesImported, UsageRead
from catalog.usage.log import Log
from catalog.usage.models import QueryBatch, QueryDay, QueryKind, UsageCounter, UsageFeed
from catalog.usage.storing import BATCH, Store, Tally

KEPT = timedelta(days=90)
SYSTEM = "system"


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
    tally = Store(source).add([*increments(known, last, reading), *reading.ran], reading.at)
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
def import_queries(*, source: Source, log: Log, batch: str, actor: str) -> dict[str, Any]:
    """Count what a log tells, and return what came of it; a batch that came before changes nothing."""
    Source.objects.select_for_update(of=("self",)).get(pk=source.pk)  # a batch that is sent twice at once
    earlier = QueryBatch.objects.filter(source=source, name=batch).first() if batch else None
    if earlier:
        return {**earlier.answer, "repeated": True}
    tally = Store(source).add(log.kept, timezone.now())
    answer = {
        "kept": len(log.kept),
        "statements": tally.statements,
        "unparsed": tally.unparsed,
        "left_out": tally.left_out,
        "rejected": [{"line": each.line, "reason": each.reason} for each in log.rejected],
        "repeated": False,
    }
    if batch:
        QueryBatch.objects.create(source=source, name=batch, answer=answer)
    kept, rejected = len(log.kept), len(log.rejected)
    subject = str(source.code)
    record(QueriesImported(subject=subject, actor=actor, batch=batch, kept=kept, rejected=rejected))
    return answer


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
