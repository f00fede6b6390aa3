import json
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.web import PortalRequest, door, fetch, render_part
from lineage.ingest import reads, services
from lineage.ingest.forms import EventFilter, RunFilter
from lineage.ingest.models import Event
from lineage.ingest.tasks import bell

PER_PAGE = 50
LATEST = 8  # runs on the start page of lineage
MOST_SHOWN = 200_000  # letters of a body on a page; the endpoint gives it whole


@door("lineage.view_event")
@require_GET
def events(request: PortalRequest) -> HttpResponse:
    form = EventFilter(request.GET)
    rows = reads.events(reader=request.user, **form.criteria())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "states": reads.event_states(reader=request.user),
    }
    return render_part(request, "lineage/events.html", "rows", context)


@door("lineage.view_event")
@require_GET
def event(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Event, code)
    readable = reads.may_read_body(reader=request.user, event=row)
    context = {
        "event": row,
        "readable": readable,
        "pretty": _pretty(row.body)[:MOST_SHOWN] if readable else "",
        "cut": len(row.body) > MOST_SHOWN,
    }
    return render(request, "lineage/event.html", context)


def _pretty(body: str) -> str:
    """Return the JSON with indents; what is no JSON stays as it came."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


@door("lineage.change_event")
@require_POST
def replay(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Event, code, "change")
    services.replay_event(event=row, actor=request.user.username)
    bell.ring()
    messages.success(request, "The event waits to be applied again.")
    return redirect(row)


@door("lineage.view_run")
@require_GET
def runs(request: PortalRequest) -> HttpResponse:
    form = RunFilter(request.GET)
    rows = reads.runs(reader=request.user, **form.criteria())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render_part(request, "lineage/runs.html", "rows", {"form": form, "page": page})


@door("lineage.view_run")
@require_GET
def latest_runs(request: PortalRequest) -> HttpResponse:
    """The latest runs as a part of the start page of lineage."""
    return render(
        request, "lineage/parts/latest_runs.html", {"runs": reads.runs(reader=request.user)[:LATEST]}
    )
