from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accesscontrol.web import PortalRequest, door, fetch, render_part
from catalog.harvest import reads
from catalog.harvest.models import Harvest
from catalog.history.models import SchemaVersion
from catalog.history.reads import entries
from catalog.sources.models import Source

PER_PAGE = 25
VERSIONS_PER_PAGE = 50
STOP_POLLING = 286  # htmx's own status: swap, and do not ask again


@door("catalog.view_source")
@require_GET
def harvests(request: PortalRequest, code: UUID) -> HttpResponse:
    source = fetch(request, Source, code)
    rows, state = Harvest.objects.visible_to(request.user).filter(source=source).for_list(), ""
    if request.GET.get("state") in Harvest.State.values:
        state = request.GET["state"]
        rows = rows.in_state(state)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"source": source, "page": page, "state": state, "states": Harvest.State.choices}
    return render(request, "catalog/harvests.html", context)


@door("catalog.view_source")
@require_GET
def run(request: PortalRequest, code: UUID) -> HttpResponse:
    harvest = fetch(request, Harvest, code)
    context: dict[str, Any] = {"harvest": harvest, "source": harvest.source, "stopped": harvest.was_stopped}
    if request.htmx:
        response = render_part(request, "catalog/harvest.html", "state", context)
        if not harvest.is_live:
            response.status_code = STOP_POLLING
            response["HX-Refresh"] = "true"  # what changed is told below
        return response
    context |= {"may_change": request.user.has_perm("catalog.change_source"), **_changes(request, harvest)}
    return render(request, "catalog/harvest.html", context)


def _changes(request: PortalRequest, harvest: Harvest) -> dict[str, Any]:
    """What it noticed, of what the reader may see."""
    numbers = reads.seen_by_event(request.user, harvest)
    event = request.GET.get("event", "")
    event = event if event in numbers else ""
    rows = reads.versions(request.user, harvest, event)
    page = Paginator(rows, VERSIONS_PER_PAGE).get_page(request.GET.get("page"))
    labels = dict(SchemaVersion.Event.choices)
    return {
        "page": page,
        "entries": entries(request.user, page),
        "event": event,
        "events": [(name, labels[name], number) for name, number in numbers.items()],
        "all": sum(numbers.values()),
    }
