from typing import Any

from catalog.harvest.models import Harvest
from lineage.changes import services
from stewardship.jobs.kinds import JobFailed, Work, job_kind

TELL = "lineage.changes"


@job_kind(TELL, "Tell of changed schemas")
def tell_owners(work: Work, *, harvest_id: int) -> dict[str, Any]:
    """Tell whom the changes that a harvest saw concern."""
    harvest = Harvest.objects.filter(pk=harvest_id).first()
    if harvest is None:
        raise JobFailed("The harvest is gone.")
    told = services.tell_owners(harvest=harvest, work=work)
    return {"told": told, "message": f"{told} notices."}
