"""Policies to propose, and simulations of them."""

from typing import Any

from accesscontrol.policysets.reads import documents_in_force
from stewardship.jobs.work import run_job
from stewardship.simulations.models import Simulation
from stewardship.simulations.services import request_simulation

API = "/api/v1/access/simulations/"
LIST = "/access/simulations/"
OPEN_TABLES: dict[str, Any] = {
    "name": "open-tables",
    "actions": ["view"],
    "conditions": [{"attribute": "resource.kind", "operator": "==", "value": "table"}],
}
SECRETS: dict[str, Any] = {
    "name": "secrets",
    "effect": "forbid",
    "actions": ["*"],
    "conditions": [{"attribute": "resource.sensitivity", "operator": ">=", "value": "confidential"}],
}


def with_more(*documents: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the policies in force with these besides."""
    return [*documents_in_force(), *documents]


def simulated(*documents: dict[str, Any], policy_set: Any = None) -> Simulation:
    """Return a simulation of the policies in force with `documents` besides, worked out."""
    asked = {"policy_set": policy_set} if policy_set else {"documents": with_more(*documents)}
    row = request_simulation(actor="ada", **asked)
    run_job(job_id=row.job_id)
    return Simulation.objects.get(pk=row.pk)
