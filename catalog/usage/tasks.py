from dataclasses import asdict
from typing import Any

from celery import shared_task

from catalog.connectors.errors import ConnectorError
from catalog.connectors.usage import NotCounting
from catalog.sources.models import Source
from catalog.usage import services
from catalog.usage.models import QueryBatch
from stewardship.jobs.kinds import JobFailed, Work, job_kind, job_subject
from stewardship.jobs.services import submit_job

READ = "catalog.read_usage"
job_subject("queries", QueryBatch.objects.visible_to)


@job_kind(READ, "Read which queries ran")
def read(work: Work, *, source_id: int) -> dict[str, Any]:
    """Count what ran at one source since the last time."""
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise JobFailed("The source is gone.")
    try:
        tally = services.read_usage(source=source, actor=work.actor)
    except NotCounting as said:  # nobody asked for it there: nothing is broken
        return {"counting": False, "message": said.message}
    except ConnectorError as error:
        raise JobFailed(error.message) from error
    message = f"{tally.calls} runs of {tally.statements} statements by {tally.users} users."
    if tally.unparsed or tally.hidden:
        message += f" Not understood: {tally.unparsed}; hidden from us: {tally.hidden}."
    return {"counting": True, **asdict(tally), "message": message}


@job_kind(services.COUNT, "Count a log of queries")
def count(work: Work, *, batch_id: int) -> dict[str, Any]:
    """Count the queries of a log that somebody sent; the result is what came of it."""
    batch = QueryBatch.objects.select_related("source").filter(pk=batch_id).first()
    if batch is None:
        raise JobFailed("The source is gone.")
    answer = services.count_queries(batch=batch, actor=work.actor, progress=work.progress)
    message = f"Lines kept: {answer['kept']:,}; rejected: {len(answer['rejected']):,}."
    return {**answer, "message": message}


def read_soon(source: Source, actor: str) -> bool:
    """Have a worker read what ran at a source; False for one that does not tell, or cannot be asked."""
    try:
        if services.reader_of(source) is None:
            return False
    except ConnectorError:
        return False
    submit_job(kind=READ, arguments={"source_id": source.pk}, actor=actor, subject=source.subject)
    return True


@shared_task
def read_all() -> int:
    """The clock's call, once an hour: read every source that tells; return how many."""
    sources = Source.objects.exclude(harvested_at=None)
    return sum(read_soon(source, services.SYSTEM) for source in sources)


@shared_task
def delete_old() -> int:
    return services.delete_old_usage()
