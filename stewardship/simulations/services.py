from typing import Any

from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.policy.reads import policy_set as rules_in_force
from accesscontrol.policy.rules import RuleSet
from accesscontrol.policysets import changes
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import documents_in_force
from accesscontrol.policysets.services import note_effect
from accesscontrol.simulation.delta import Delta
from accesscontrol.simulation.reads import Progress, simulate
from accesscontrol.simulation.world import fingerprint
from stewardship.jobs.kinds import JobFailed
from stewardship.jobs.services import submit_job
from stewardship.simulations.facts import SimulationFinished, SimulationRequested
from stewardship.simulations.models import SIMULATE, Simulation


@transaction.atomic
def request_simulation(
    *, actor: str, policy_set: PolicySet | None = None, documents: Any = None
) -> Simulation:
    """Ask what a policy set, or a list of policies, would change of those in force; a job works it out.

    The same question that is not answered yet is returned instead of doubled. Raises `PolicyError`
    with the path of what cannot be accepted, such as "policies[2].conditions[0].operator".
    """
    proposed = changes.checked(documents) if policy_set is None else policy_set.documents
    digest, against = changes.digest(proposed), changes.digest(documents_in_force())
    asked = Simulation.objects.of(digest, against).filter(policy_set=policy_set, actor=actor)
    waiting = asked.filter(job__finished_at__isnull=True, job__isnull=False, result__isnull=True).first()
    if waiting:
        return waiting
    row = Simulation(actor=actor, policy_set=policy_set, documents=proposed, digest=digest, against=against)
    row.job = submit_job(
        kind=SIMULATE, arguments={"simulation": str(row.code)}, actor=actor, subject=row.subject
    )
    row.save()
    record(
        SimulationRequested(
            subject=str(row.code),
            actor=actor,
            proposed=digest,
            against=against,
            policy_set=str(policy_set.code) if policy_set else "",
        )
    )
    return row


def run_simulation(*, simulation: Simulation, actor: str, progress: Progress) -> Delta:
    """Work it out against the policies in force now, and keep what was found."""
    against, world = changes.digest(documents_in_force()), fingerprint()
    before, after = rules_in_force(), RuleSet(changes.rules(simulation.documents))
    delta = simulate(before, after, progress=progress)
    keep_result(simulation=simulation, against=against, world=world, delta=delta, actor=actor)
    return delta


@transaction.atomic
def keep_result(*, simulation: Simulation, against: str, world: str, delta: Delta, actor: str) -> None:
    """Store the result, and tell the policy set that it was simulated, unless it says something else now."""
    row = Simulation.objects.select_for_update(of=("self",)).filter(pk=simulation.pk).first()
    if row is None:
        raise JobFailed("The simulation is gone.")
    row.against, row.world, row.result, row.finished_at = against, world, delta.as_json(), timezone.now()
    row.save(update_fields=["against", "world", "result", "finished_at"])
    described = row.policy_set
    if described and PolicySet.objects.select_for_update().get(pk=described.pk).digest == row.digest:
        note_effect(policy_set=described, against=against, effect=summary(row), actor=actor)
    record(
        SimulationFinished(
            subject=str(row.code),
            actor=actor,
            gained={change.action: change.gained for change in delta.changes},
            lost={change.action: change.lost for change in delta.changes},
        )
    )


def summary(simulation: Simulation) -> dict[str, Any]:
    """Return what a policy set keeps of its simulation: totals, and nobody's name."""
    found = simulation.result or {}
    totals = ("resource_type", "action", "gained", "lost", "people_gaining", "people_losing")
    return {
        "simulation": str(simulation.code),
        "people": found["people"],
        "resources": found["resources"],
        "changes": [{key: change[key] for key in totals} for change in found["changes"]],
        "unknown": [{key: each[key] for key in ("policy", "resources")} for each in found["unknowns"]],
    }
