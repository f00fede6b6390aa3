from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import documents_in_force, readiness
from accesscontrol.web import PortalRequest, door, fetch, render_part
from stewardship.jobs.services import cancel_job
from stewardship.simulations import reads, services
from stewardship.simulations.forms import PoliciesForm, as_text
from stewardship.simulations.models import Simulation

PER_PAGE = 25


@door("stewardship.view_simulation")
@require_GET
def simulations(request: PortalRequest) -> HttpResponse:
    rows = Simulation.objects.visible_to(request.user).for_list()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "stewardship/simulations.html", {"page": page})


@door("stewardship.add_simulation")
@require_http_methods(["GET", "POST"])
def create(request: PortalRequest) -> HttpResponse:
    form = PoliciesForm(request.POST or None, initial={"policies": as_text(documents_in_force())})
    if form.is_valid():
        documents = form.cleaned_data["policies"]
        return redirect(services.request_simulation(actor=request.user.username, documents=documents))
    status = 400 if form.errors else 200
    return render(request, "stewardship/simulation_form.html", {"form": form}, status=status)


@door("stewardship.view_simulation")
@require_GET
def simulation(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Simulation, code)
    return render_part(request, "stewardship/simulation.html", "simulated", _shown(request, row))


@door("stewardship.add_simulation")
@require_POST
def cancel(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Simulation, code)
    if row.job:
        cancel_job(job=row.job, actor=request.user.username)
    return redirect(row)


@door("stewardship.view_simulation")
@require_GET
def of_set(request: PortalRequest, code: UUID) -> HttpResponse:
    """The section of a policy set's page that says what the set would change."""
    found = fetch(request, PolicySet, code)
    row = reads.latest(found, request.user)
    shown = _shown(request, row) if row else {}
    response = render(request, "stewardship/simulation_section.html", {"policy_set": found, **shown})
    if _ended_meanwhile(request, found, row):
        response["HX-Refresh"] = "true"  # what may be done with the set changes too
    return response


def _ended_meanwhile(request: PortalRequest, found: PolicySet, row: Simulation | None) -> bool:
    """Return whether the page around the section was made before the simulation ended."""
    if "waiting" in request.GET:  # the page held it for not simulated
        return readiness(found).is_simulated
    return "running" in request.GET and row is not None and row.result is not None


@door("stewardship.add_simulation")
@require_POST
def run(request: PortalRequest, code: UUID) -> HttpResponse:
    """Begin to work out what a set would change, and go back to its page."""
    found = fetch(request, PolicySet, code)
    services.request_simulation(policy_set=found, actor=request.user.username)
    return redirect(found)


def _shown(request: PortalRequest, row: Simulation) -> dict[str, Any]:
    return {
        "simulation": row,
        "stale": reads.stale(row) if row.result is not None else "",
        **reads.shown(row, request.user),
    }
