from typing import Any

from celery import shared_task

from catalog.connectors.errors import ConnectorError
from catalog.harvest import schedule, services
from catalog.harvest.models import Harvest
from catalog.sources.models import HARVEST, Source
from stewardship.jobs.kinds import JobFailed, Work, job_kind, job_subject

job_subject("source", Source.objects.visible_to)
job_subject("harvest", Harvest.objects.visible_to)


@job_kind(HARVEST, "Harvest a source")
def harvest(
    work: Work,
    *,
    source_id: int,
    reason: str = Harvest.Reason.ASKED,
    thorough: bool = False,
    accept_removals: bool = False,
) -> dict[str, Any]:
    """Bring the catalog up to date with one source."""
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise JobFailed("The source is gone.")
    order = services.Order(work.actor, reason, thorough, accept_removals, work.job_id)
    try:
        done = services.harvest_source(source=source, order=order, progress=work.progress)
    except ConnectorError as error:
        raise JobFailed(error.message) from error
    return {**done.counts, "harvest": str(done.code), "state": done.state, "message": done.message}


@shared_task
def harvest_due() -> int:
    """The clock's call, once a minute: queue what is due; return how many that were."""
    return schedule.submit_due()


@shared_task
def delete_old() -> int:
    """The clock's call, once a night."""
    return services.delete_old_harvests()
