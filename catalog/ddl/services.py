from collections import defaultdict
from collections.abc import Sequence
from typing import cast

from django.db import transaction

from accesscontrol.audit.services import record
from catalog.assets.models import Asset
from catalog.connectors.ddl import DdlEvent, FeedsDdl
from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Capability
from catalog.ddl.facts import DdlFeedsChanged
from catalog.ddl.models import DdlFeed
from catalog.harvest.models import Harvest
from catalog.harvest.reads import place
from catalog.harvest.services import Order, harvest_part
from catalog.sources.models import Source
from catalog.sources.services import open_source
from stewardship.jobs.services import submit_job

ACTOR = "schema feed"
FOLLOW = "catalog.follow_ddl"  # the kind of job that follows


def feed_of(source: Source) -> FeedsDdl:
    """What tells of the source's changes; raises ConnectorError for a kind that has no such thing."""
    connector = open_source(source=source)
    if Capability.DDL_FEED not in connector.capabilities:
        raise ConnectorError("This kind of source does not tell of its changes.", "config", "kind")
    return cast(FeedsDdl, connector)


def listen_to(*, source: Source, actor: str) -> list[str]:
    """Follow every database of the source that tells of its changes, and no other; return their names.

    Events from before are not followed: a harvest knows what they led to. Raises ConnectorError.
    """
    feed = feed_of(source)
    names = list(feed.ddl_databases())
    last = {name: feed.ddl_events(name, 0).events for name in names}
    with transaction.atomic():
        known = set(source.ddl_feeds.values_list("database", flat=True))
        source.ddl_feeds.exclude(database__in=names).delete()
        DdlFeed.objects.bulk_create(
            DdlFeed(source=source, database=name, settled=last[name][-1].id if last[name] else 0)
            for name in names
            if name not in known
        )
        if known != set(names):
            record(DdlFeedsChanged(subject=str(source.code), actor=actor, databases=names))
    return names


@transaction.atomic
def stop_listening(*, source: Source, actor: str) -> None:
    """Follow none of the source's databases any more."""
    if source.ddl_feeds.all().delete()[0]:
        record(DdlFeedsChanged(subject=str(source.code), actor=actor, databases=[]))


def has_news(*, source: Source) -> bool:
    """Whether the source told of anything since it was last followed; also when it cannot be asked.

    Then the job will say on its row, and on the feed, what is wrong.
    """
    try:
        feed = feed_of(source)
        rows = source.ddl_feeds.all()
        return any(row.cursor.news(feed.ddl_events(row.database, row.settled)) for row in rows)
    except ConnectorError:
        return True


def follow_soon(*, source: Source) -> bool:
    """Have a worker look at what the source told; False when one looks already, perhaps too early."""
    arguments = {"source_id": source.pk}
    job = submit_job(kind=FOLLOW, arguments=arguments, actor=ACTOR, subject=source.subject)
    return job.state == job.State.QUEUED


def follow(*, source: Source) -> list[Harvest]:
    """Bring the catalog up to date with every statement that the source told of since the last time.

    Safe to run twice: what is noted as handled is left alone, and the rest is read again from the source.
    Raises the first ConnectorError after the other databases had their turn.
    """
    done, errors = [], []
    for row in source.ddl_feeds.all():
        try:
            done += _follow(row, feed_of(source))
        except ConnectorError as error:
            errors.append(error)
            DdlFeed.objects.filter(pk=row.pk).update(error=error.message[:500])
    if errors:
        raise errors[0]
    return done


def _follow(row: DdlFeed, feed: FeedsDdl) -> list[Harvest]:
    reading = feed.ddl_events(row.database, row.settled)
    news = row.cursor.news(reading)
    harvests = [_apply(row, events) for events in by_statement(news)]
    row.move(row.cursor.after(reading))
    row.last_event_at = news[-1].at if news else row.last_event_at
    row.error = ""
    row.save()
    return harvests


def by_statement(events: Sequence[DdlEvent]) -> list[list[DdlEvent]]:
    """What one statement did belongs together; what followed closely is read once, with its last statement.

    All but the last state of a relation is gone, so only the last statement about it can be told its cause.
    """
    last = {event.table: (event.actor, event.statement) for event in events}
    groups: dict[tuple[str, str], list[DdlEvent]] = defaultdict(list)
    for event in events:
        if last[event.table] == (event.actor, event.statement):
            groups[event.actor, event.statement].append(event)
    return list(groups.values())


def _apply(row: DdlFeed, events: list[DdlEvent]) -> Harvest:
    last = events[-1]
    cause = {"actor": last.actor, "statement": last.statement, "at": last.at.isoformat()}
    final = {event.table: event for event in events}
    return harvest_part(
        source=row.source,
        order=Order(ACTOR, Harvest.Reason.STATEMENT),
        only=[table for table in final if table.name],
        dropped=[*(t for t, event in final.items() if event.dropped), *_old_names(row, events)],
        cause=cause,
    )


def _old_names(row: DdlFeed, events: list[DdlEvent]) -> list[TableRef]:
    """The names that a renamed relation had before: the catalog knows its id."""
    ids = {event.stable_id: event.table for event in events if event.stable_id and not event.dropped}
    assets = Asset.objects.present().filter(source=row.source, facts__stable_id__in=list(ids))
    before = {place(asset): asset.facts["stable_id"] for asset in assets}
    return [ref for ref, oid in before.items() if ref.database == row.database and ref != ids[oid]]
