from typing import Any

from celery import shared_task

from catalog.connectors.errors import ConnectorError
from catalog.ddl import services
from catalog.ddl.models import DdlFeed
from catalog.sources.models import Source
from stewardship.jobs.kinds import JobFailed, Work, job_kind
from stewardship.jobs.services import submit_job

FOLLOW = "catalog.follow_ddl"


@job_kind(FOLLOW, "Follow changes of a schema")
def follow(work: Work, *, source_id: int) -> dict[str, Any]:
    """Bring the catalog up to date with the statements that a source told of."""
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise JobFailed("The source is gone.")
    followed = 0
    try:
        while harvests := services.follow(source=source):  # a ring while we work asks for no other job
            followed += len(harvests)
    except ConnectorError as error:
        raise JobFailed(error.message) from error
    return {"statements": followed, "message": f"Statements followed: {followed}."}


def follow_soon(source: Source) -> bool:
    """Have a worker look at what the source told; False when one looks already, perhaps too early."""
    arguments = {"source_id": source.pk}
    job = submit_job(kind=FOLLOW, arguments=arguments, actor=services.ACTOR, subject=source.subject)
    return job.state == job.State.QUEUED


@shared_task
def look() -> int:
    """Look at every feed, whether it rang or not: a ring may be lost. Return how many sources have news."""
    rang = [source for source in Source.objects.filter(ddl_feeds__isnull=False).distinct() if _news(source)]
    for source in rang:
        follow_soon(source)
    return len(rang)


def _news(source: Source) -> bool:
    try:
        feed = services.feed_of(source)
        return any(
            row.cursor.news(feed.ddl_events(row.database, row.settled))
            for row in DdlFeed.objects.filter(source=source)
        )
    except ConnectorError:
        return True  # the job says on its row, and on the feed, what is wrong
