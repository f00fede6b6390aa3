from typing import Any

from celery import shared_task

from catalog.connectors.errors import ConnectorError
from catalog.ddl import services
from catalog.sources.models import Source
from stewardship.jobs.kinds import JobFailed, Work, job_kind


@job_kind(services.FOLLOW, "Follow changes of a schema")
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


@shared_task
def look() -> int:
    """Look at every feed, whether it rang or not: a ring may be lost. Return how many sources have news."""
    followed = Source.objects.filter(ddl_feeds__isnull=False).distinct()
    rang = [source for source in followed if services.has_news(source=source)]
    for source in rang:
        services.follow_soon(source=source)
    return len(rang)
