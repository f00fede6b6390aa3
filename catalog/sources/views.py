from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door, fetch, render_part
from catalog.connectors.errors import ConnectorError
from catalog.connectors.registry import KINDS
from catalog.sources import reads, services
from catalog.sources.forms import KindForm, SourceForm
from catalog.sources.models import Source
from stewardship.jobs.models import Job

PER_PAGE = 50
STOP_POLLING = 286  # htmx's own status: swap, and do not ask again
SHOWN = 5


@door("catalog.view_source")
@require_GET
def sources(request: PortalRequest) -> HttpResponse:
    rows = Source.objects.visible_to(request.user).for_list(request.user)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    may_add = request.user.has_perm("catalog.add_source")
    listed = [(row, reads.kind_label(row)) for row in page]
    return render(request, "catalog/sources.html", {"page": page, "listed": listed, "may_add": may_add})


@door("catalog.add_source")
@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    kinds = KindForm(request.GET if "kind" in request.GET else {"kind": next(iter(KINDS))})
    if not kinds.is_valid():
        return render(request, "catalog/source_form.html", {"kinds": kinds}, status=400)
    form = SourceForm(request.POST or None, kind=kinds.cleaned_data["kind"])
    return _saved(request, form) or _form(request, {"kinds": kinds, "form": form})


@door("catalog.change_source")
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, code: UUID) -> HttpResponse:
    source = fetch(request, Source, code, "change")
    form = SourceForm(request.POST or None, kind=source.kind, source=source)
    return _saved(request, form) or _form(request, {"source": source, "form": form})


def _saved(request: PortalRequest, form: SourceForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        source = services.save_source(actor=request.user.username, **form.arguments())
    except ValidationError as error:
        form.add_error(None, error)
        return None
    messages.success(request, f"{source.name} is saved.")
    return redirect(source)


def _form(request: PortalRequest, context: dict[str, Any]) -> HttpResponse:
    status = 400 if request.method == "POST" else 200
    return render(request, "catalog/source_form.html", context, status=status)


@door("catalog.view_source")
@require_GET
def source(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Source, code)
    context = _context(request, row)
    response = render_part(request, "catalog/source.html", "state", context)
    if request.htmx and not context["busy"]:
        response.status_code = STOP_POLLING
        response["HX-Refresh"] = "true"  # the number of assets and the settings' error change too
    return response


def _context(request: PortalRequest, row: Source) -> dict[str, Any]:
    jobs = list(Job.objects.visible_to(request.user).about(row.subject).unfinished()[:SHOWN])
    return {
        "source": row,
        "kind": reads.kind_label(row),
        "settings": reads.settings_of(row),
        "assets": row.assets.visible_to(request.user).present().count(),
        "jobs": jobs,
        "busy": bool(jobs),
        "harvests": row.harvests.visible_to(request.user).for_list()[:SHOWN],
        "next": row.next_harvests(3),
        "may_change": request.user.has_perm("catalog.change_source"),
    }


@door("catalog.change_source")
@require_POST
def test(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Source, code, "change")
    answer: dict[str, Any] = {}
    try:
        answer["server"] = services.test_source(source=row, actor=request.user.username)
    except ConnectorError as error:
        answer["failure"] = error
    return render_part(request, "catalog/source.html", "answer", {**_context(request, row), **answer})


@door("catalog.change_source")
@require_POST
def harvest(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Source, code, "change")
    services.submit_harvest(
        source=row,
        actor=request.user.username,
        thorough=bool(request.POST.get("thorough")),
        accept_removals=bool(request.POST.get("accept_removals")),
    )
    messages.success(request, "The harvest is queued.")
    return redirect(row)
