from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accesscontrol.web import PortalRequest, door
from catalog.assets.models import Asset
from catalog.assets.views import head, seen
from catalog.history import reads
from catalog.history.changes import Schema
from catalog.history.forms import ChangesForm, PairForm
from catalog.history.models import SchemaVersion
from catalog.history.telling import allowed
from catalog.history.words import column, key

PER_PAGE = 25


@door("catalog.view_asset")
@require_GET
def history(request: PortalRequest, code: UUID) -> HttpResponse:
    """What the source said of an asset, the latest first."""
    row = seen(request, code)
    impact = request.GET.get("impact", "")
    impact = impact if impact in SchemaVersion.Impact.values else ""
    page = Paginator(reads.timeline(row, impact), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **head(request, row, "history"),
        "page": page,
        "entries": reads.entries(request.user, page),
        "impact": impact,
        "impacts": SchemaVersion.Impact.choices,
        "latest": reads.latest_number(row) if impact else page.paginator.count,
    }
    return render(request, "catalog/history.html", context)


@door("catalog.view_asset")
@require_GET
def version(request: PortalRequest, code: UUID, number: int) -> HttpResponse:
    """An asset as it was."""
    row = seen(request, code)
    shown, schema = _as_of(row, number)
    known = reads.known_of(request.user, row, schema)
    told, withheld = allowed(schema, row.namespace, known)
    context = {
        **head(request, row, "history"),
        "version": shown,
        "entry": reads.entries(request.user, [shown])[0],
        "schema": told,
        "withheld": withheld,
        "columns": [(each, column(each)) for each in told.get("columns", ())],
        "keys": [(each["name"], key(each)) for each in told.get("foreign_keys", ())],
        "indexes": [(each["name"], key(each)) for each in told.get("indexes", ())],
        "latest": reads.latest_number(row),
    }
    return render(request, "catalog/history_version.html", context)


@door("catalog.view_asset")
@require_GET
def compare(request: PortalRequest, code: UUID) -> HttpResponse:
    """Any two versions side by side; without numbers, the last two."""
    row = seen(request, code)
    latest = reads.latest_number(row)
    form = PairForm(request.GET if request.GET else {"from": max(latest - 1, 1), "to": latest})
    context: dict[str, Any] = {**head(request, row, "history"), "form": form, "latest": latest}
    if not form.is_valid():
        return render(request, "catalog/history_compare.html", context, status=400 if latest else 404)
    sides = [_as_of(row, form.cleaned_data[name]) for name in ("from", "to")]
    context["versions"] = [shown for shown, _ in sides]
    context["comparison"] = reads.compared(request.user, row, *(schema for _, schema in sides))
    return render(request, "catalog/history_compare.html", context)


def _as_of(row: Asset, number: int) -> tuple[SchemaVersion, Schema]:
    found = reads.as_of(row, number)
    if found is None:
        raise Http404("There is no such version.")
    return found


@door("catalog.view_asset")
@require_GET
def latest(request: PortalRequest) -> HttpResponse:
    """The latest changes of all that the reader may see."""
    form = ChangesForm(request.user, request.GET)
    rows = reads.latest_changes(request.user, **form.asked())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "entries": reads.entries(request.user, page),
        "form": form,
    }
    return render(request, "catalog/history_changes.html", context)
