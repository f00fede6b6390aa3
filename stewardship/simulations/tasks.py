from typing import Any

from stewardship.jobs.kinds import JobFailed, Work, job_kind, job_subject
from stewardship.simulations import services
from stewardship.simulations.models import SIMULATE, Simulation

job_subject("simulation", Simulation.objects.visible_to)


@job_kind(SIMULATE, "Simulate policies")
def simulate(work: Work, *, simulation: str) -> dict[str, Any]:
    """Find out who would gain and who would lose what."""
    row = Simulation.objects.filter(code=simulation).first()
    if row is None:
        raise JobFailed("The simulation is gone.")
    delta = services.run_simulation(simulation=row, actor=work.actor, progress=work.progress)
    gained, lost = (sum(getattr(each, side) for each in delta.changes) for side in ("gained", "lost"))
    return {"gained": gained, "lost": lost, "message": f"{gained:,} gained, {lost:,} lost."}
