from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.display.sheet import sheet
from accesscontrol.refusal import Refused
from accesscontrol.web import PortalRequest, door, fetch, fetch_from, render_part
from catalog.assets.models import Asset, AssetQuerySet
from catalog.bulk import reads, services
from catalog.bulk.forms import StartForm, WishForm
from catalog.bulk.models import BulkEdit, BulkItem
from catalog.bulk.showing import text, wished
from catalog.metadata.attributes import label
from catalog.search.criteria import Criteria
from catalog.search.language import BadQuery
from catalog.search.reads import everything

SEE = "catalog.view_asset"
PER_PAGE = 50
STOP_POLLING = 286  # htmx's own status: swap, and do not ask again
HEADING = ("asset", "namespace", "name", "outcome", "why not", "what", "before", "after")


@door(SEE)
@require_GET
def edits(request: PortalRequest) -> HttpResponse:
    """One's own bulk edits, the latest first."""
    mine = BulkEdit.objects.visible_to(request.user).for_list()
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(row, "; ".join(f"{what}: {how}" for what, how in wished(row))) for row in page]
    return render(request, "catalog/bulk_edits.html", {"page": page, "rows": rows})


@door(SEE)
@require_http_methods(["GET", "POST"])
def new(request: PortalRequest) -> HttpResponse:
    """Say what to set of what the query string selects: picked assets, or all that a search finds."""
    assets, criteria = selected(request)
    form = WishForm(request.POST or None)
    if form.is_valid():
        try:
            edit = services.prepare_edit(
                author=request.user,
                assets=assets,
                wishes=form.wishes(),
                query=criteria.query if criteria else "",
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect(edit)
    back = f"{reverse('catalog:search')}?{criteria.query if criteria else ''}"
    context = {"form": form, "number": assets.count(), "most": services.MOST, "back_url": back}
    return render(request, "catalog/bulk_new.html", context, status=400 if form.errors else 200)


def selected(request: PortalRequest) -> tuple[AssetQuerySet, Criteria | None]:
    """What is meant, and the search that found it where nothing was picked by hand."""
    picked = request.GET.getlist("pick")
    if not picked and "picked" not in request.GET:
        criteria = Criteria.read(dict(request.GET.lists()))
        try:
            return everything(reader=request.user, criteria=criteria), criteria
        except BadQuery as error:
            raise Refused(str(error)) from error
    codes = [each for each in picked if is_code(each)]
    return Asset.objects.visible_to(request.user).filter(code__in=codes).order_by("name", "pk"), None


def is_code(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


@door(SEE)
@require_GET
def edit(request: PortalRequest, code: UUID) -> HttpResponse:
    """What would be, what is under way, or what became: one page for the whole life of an edit."""
    row = fetch_from(BulkEdit.objects.visible_to(request.user).for_list(), code)
    return _show(request, row, StartForm())


def _show(request: PortalRequest, row: BulkEdit, form: StartForm, status: int = 200) -> HttpResponse:
    counts = reads.counts(request.user, row)
    shown = request.GET.get("state", "")
    shown = shown if shown in counts else ""
    items = reads.items(request.user, row, shown)
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "edit": row,
        "form": form,
        "wished": wished(row),
        "page": page,
        "lines": [_line(each) for each in reads.lines(row, list(page))],
        "tabs": _tabs(row, counts, shown),
        "counts": {name.removeprefix("expected:"): number for name, number in counts.items()},
        "undone_by": BulkEdit.objects.visible_to(request.user).filter(undoes=row).first(),
        "search_url": f"{reverse('catalog:search')}?{row.query}",
    }
    response = render_part(request, "catalog/bulk_edit.html", "progress", context)
    response.status_code = status
    if request.htmx and request.htmx.target == "progress" and row.has_ended:
        response.status_code = STOP_POLLING
        response["HX-Refresh"] = "true"
    return response


def _line(line: reads.Line) -> dict[str, Any]:
    changes = [(label(name), text(name, before), text(name, after)) for name, before, after in line.changes]
    return {"item": line.item, "asset": line.item.asset, "changes": changes}


def _tabs(row: BulkEdit, counts: dict[str, int], shown: str) -> list[dict[str, Any]]:
    """The filters of the table: by what is expected until it begins, by what became of it then."""
    kinds: Any = BulkItem.State if row.job_id else BulkItem.Expected
    names = [(value if row.job_id else f"expected:{value}", label) for value, label in kinds.choices]
    total = sum(counts.get(name, 0) for name, _ in names)
    listed = [("", "All", total), *((name, word, counts[name]) for name, word in names if name in counts)]
    return [
        {"label": word, "count": number, "url": f"?{urlencode({'state': name})}", "current": name == shown}
        for name, word, number in listed
    ]


@door(SEE)
@require_POST
def start(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, BulkEdit, code)
    form = StartForm(request.POST)
    if form.is_valid():
        try:
            services.start_edit(edit=row, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(row)
    return _show(request, row, form, 400)


@door(SEE)
@require_POST
def discard(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, BulkEdit, code)
    services.discard_edit(edit=row, actor=request.user)
    messages.success(request, "Discarded. Nothing was changed.")
    return redirect("catalog:bulk-edits")


@door(SEE)
@require_POST
def undo(request: PortalRequest, code: UUID) -> HttpResponse:
    """Prepare another edit that says again what was said before; it is looked at first, too."""
    row = fetch(request, BulkEdit, code)
    return redirect(services.prepare_undo(edit=row, actor=request.user))


@door(SEE)
@require_GET
def export(request: PortalRequest, code: UUID) -> HttpResponse:
    """The report as CSV, a line for each thing that differs; that it was taken away is a fact of its own."""
    row = fetch(request, BulkEdit, code)
    found = reads.lines(row, list(reads.items(request.user, row)))
    services.note_export(edit=row, actor=request.user, rows=len(found))
    rows = [cells for line in found for cells in _cells(line)]
    response = HttpResponse(sheet(HEADING, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bulk-edit-{timezone.now():%Y-%m-%d}.csv"'
    return response


def _cells(line: reads.Line) -> list[list[object]]:
    item, asset = line.item, line.item.asset
    own = [asset.code, asset.namespace, asset.name, _outcome(item), item.note]
    changes = [[name, text(name, before), text(name, after)] for name, before, after in line.changes]
    return [[*own, *change] for change in changes or [["", "", ""]]]


def _outcome(item: BulkItem) -> str:
    waiting = item.state == BulkItem.State.WAITING
    return f"waiting: {item.expected}" if waiting else str(item.state)
