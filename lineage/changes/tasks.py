from typing import Any

from catalog.harvest.models import Harvest
from lineage.changes import services
from stewardship.jobs.kinds import JobFailed, Work, job_kind, job_subject

TELL = "lineage.changes"
job_subject("harvest", Harvest.objects.visible_to)


@job_kind(TELL, "Tell owners of breaking changes")
def tell_owners(work: Work, *, harvest_id: int) -> dict[str, Any]:
    """Tell who answers for what a harvest saw break, and for what lies downstream of it."""
    harvest = Harvest.objects.filter(pk=harvest_id).first()
    if harvest is None:
        raise JobFailed("The harvest is gone.")
    told = services.tell_owners(harvest=harvest, work=work)
    return {"told": told, "message": f"{told} notices."}
