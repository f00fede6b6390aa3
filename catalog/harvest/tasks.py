from dataclasses import asdict
from typing import Any

from catalog.connectors.errors import ConnectorError
from catalog.harvest import services
from catalog.sources.models import HARVEST, Source
from stewardship.jobs.kinds import JobFailed, Work, job_kind, job_subject

job_subject("source", Source.objects.visible_to)


@job_kind(HARVEST, "Harvest a source")
def harvest(work: Work, *, source_id: int) -> dict[str, Any]:
    """Bring the catalog up to date with one source."""
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise JobFailed("The source is gone.")
    try:
        tally = services.harvest_source(source=source, actor=work.actor, progress=work.progress)
    except ConnectorError as error:
        raise JobFailed(error.message) from error
    return {**asdict(tally), "message": told(tally)}


def told(tally: services.Tally) -> str:
    """The end of a harvest in one line."""
    counts = {key: number for key, number in asdict(tally).items() if key != "databases" and number}
    return f"Assets: {', '.join(f'{number} {key}' for key, number in counts.items()) or 'nothing changed'}."
