from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.display.sheet import sheet
from accesscontrol.web import PortalRequest, door, fetch, fetch_from, render_part
from catalog.exchange import reads, services
from catalog.exchange.document import WrongDocument, read, read_sheet
from catalog.exchange.forms import StartForm, UploadForm
from catalog.exchange.models import ImportRow, MetadataImport
from catalog.exchange.shapes import KINDS
from catalog.exchange.showing import lines

SEE = "catalog.view_asset"
PER_PAGE = 50
STOP_POLLING = 286  # htmx's own status: swap, and do not ask again
REPORT = ("kind", "row", "name", "expected", "outcome", "why not", "what", "before", "after")


@door(SEE)
@require_http_methods(["GET", "POST"])
def exchange(request: PortalRequest) -> HttpResponse:
    """What can be taken away, and a file handed in; one's own imports, the latest first."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        batch = _prepared(request, form)
        if batch:
            return redirect(batch)
    mine = MetadataImport.objects.visible_to(request.user).for_list()
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "kinds": list(KINDS)}
    return render(request, "catalog/exchange.html", context, status=400 if form.errors else 200)


def _prepared(request: PortalRequest, form: UploadForm) -> MetadataImport | None:
    """The import of the file; None where it cannot be read, with the reason in the form."""
    text, kind = form.cleaned_data["text"], form.cleaned_data["kind"]
    try:
        given = read_sheet(kind, text) if kind else read(text)
    except WrongDocument as error:
        form.add_error("file", str(error))
        return None
    return services.prepare_import(author=request.user, title=form.cleaned_data["file"].name, given=given)


@door(SEE)
@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """Everything as a JSON document, or one kind as CSV; an export is a fact of its own."""
    kind = request.GET.get("kind", "")
    if kind in KINDS:
        return _file(services.export_sheet(reader=request.user, kind=kind), kind, "text/csv", "csv")
    return _file(services.export(reader=request.user), "metadata", "application/json", "json")


def _file(pieces: Any, name: str, media: str, ending: str) -> HttpResponse:
    response = HttpResponse("".join(pieces), content_type=f"{media}; charset=utf-8")
    said = f'attachment; filename="{name}-{timezone.now():%Y-%m-%d}.{ending}"'
    response["Content-Disposition"] = said
    return response


@door(SEE)
@require_GET
def show(request: PortalRequest, code: UUID) -> HttpResponse:
    """What would be, what is under way, or what became: one page for the whole life of an import."""
    row = fetch_from(MetadataImport.objects.visible_to(request.user).for_list(), code)
    return _show(request, row, StartForm())


def _show(request: PortalRequest, batch: MetadataImport, form: StartForm, status: int = 200) -> HttpResponse:
    counts = reads.counts_of(request.user, [batch]).get(batch.pk, {})
    shown = request.GET.get("state", "")
    shown = shown if shown in counts else ""
    page = Paginator(reads.rows(request.user, batch, shown), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "form": form,
        "page": page,
        "rows": [(row, lines(row)) for row in page],
        "tabs": _tabs(batch, counts, shown),
        "counts": {
            name.removeprefix("expected:"): n for name, n in counts.items() if name[:9] == "expected:"
        },
        "waiting": counts.get("waiting", 0),
    }
    response = render_part(request, "catalog/import.html", "progress", context)
    response.status_code = status
    if request.htmx and request.htmx.target == "progress" and not batch.is_busy:
        response.status_code = STOP_POLLING
        response["HX-Refresh"] = "true"
    return response


def _tabs(batch: MetadataImport, counts: dict[str, int], shown: str) -> list[dict[str, Any]]:
    """The filters of the table: by what is expected until it begins, by what became of it then."""
    kinds: Any = ImportRow.State if batch.job_id else ImportRow.Expected
    names = [(value if batch.job_id else f"expected:{value}", label) for value, label in kinds.choices]
    total = sum(counts.get(name, 0) for name, _ in names)
    listed = [("", "All", total), *((name, word, counts[name]) for name, word in names if name in counts)]
    return [
        {"label": word, "count": number, "url": f"?{urlencode({'state': name})}", "current": name == shown}
        for name, word, number in listed
    ]


@door(SEE)
@require_POST
def start(request: PortalRequest, code: UUID) -> HttpResponse:
    batch = fetch_from(MetadataImport.objects.visible_to(request.user).for_list(), code)
    form = StartForm(request.POST)
    if form.is_valid():
        try:
            services.start_import(batch=batch, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(batch)
    return _show(request, batch, form, 400)


@door(SEE)
@require_POST
def discard(request: PortalRequest, code: UUID) -> HttpResponse:
    services.discard_import(batch=fetch(request, MetadataImport, code), actor=request.user)
    messages.success(request, "Discarded. Nothing was changed.")
    return redirect("exchange:exchange")


@door(SEE)
@require_GET
def report(request: PortalRequest, code: UUID) -> HttpResponse:
    """The rows as CSV, a line for each thing that differs."""
    batch = fetch(request, MetadataImport, code)
    found = reads.rows(request.user, batch)
    cells = [line for row in found for line in _cells(row)]
    response = HttpResponse(sheet(REPORT, cells), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{timezone.now():%Y-%m-%d}.csv"'
    return response


def _cells(row: ImportRow) -> list[list[object]]:
    own = [row.kind, row.number, row.label, row.expected, row.state, row.note]
    return [[*own, *line] for line in lines(row) or [("", "", "")]]
