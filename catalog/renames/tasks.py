from typing import Any

from catalog.harvest.models import Harvest
from catalog.renames import services
from stewardship.jobs.kinds import JobFailed, Work, job_kind

PROPOSE = "catalog.propose_renames"


@job_kind(PROPOSE, "Look for renamed assets")
def propose(work: Work, *, harvest_id: int) -> dict[str, Any]:
    """Propose that what a harvest was without is what it saw for the first time."""
    harvest = Harvest.objects.select_related("source").filter(pk=harvest_id).first()
    if harvest is None:
        raise JobFailed("The harvest is gone.")
    number = services.propose_renames(harvest=harvest)
    return {"proposed": number, "message": f"Renames proposed: {number}."}
