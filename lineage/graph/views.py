import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from accesscontrol.web import PortalRequest, door, fetch
from catalog.assets.models import Asset
from lineage.graph import reads, sides, table
from lineage.graph.forms import WishForm
from lineage.graph.wish import read_previous

BEHIND_ON_A_PAGE = 500


@door("catalog.view_asset")
@require_GET
def index(request: PortalRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:200]
    found = (
        sides.found_by_name(reader=request.user, text=text)
        if text
        else sides.most_connected(reader=request.user)
    )
    context = {"text": text, "found": found, "edge_count": sides.count_edges(reader=request.user)}
    return render(request, "lineage/index.html", context)


@door("catalog.view_asset")
@require_GET
def graph(request: PortalRequest, code: UUID) -> HttpResponse:
    """The picture; with ?format=table the same without scripts, with ?format=csv as a file."""
    asset = fetch(request, Asset, code)
    stage = sides.stage_of(reader=request.user, job=asset) if asset.kind == Asset.Kind.JOB else None
    if stage is not None:  # a job is drawn between what it reads and what it writes
        return redirect(f"{reverse('lineage:graph', args=[stage.code])}?jobs=1")
    shape = request.GET.get("format", "")
    if shape not in {"table", "csv"}:
        return render(request, "lineage/graph.html", {"asset": asset})
    form = WishForm(request.GET)
    if not form.is_valid():
        return _bad(form) if shape == "csv" else _table(request, asset, form, None, status=400)
    picture = reads.neighbourhood(reader=request.user, asset=asset, wish=form.wish())
    return _csv(asset, picture) if shape == "csv" else _table(request, asset, form, picture)


def _table(
    request: PortalRequest, asset: Asset, form: WishForm, picture: dict[str, Any] | None, status: int = 200
) -> HttpResponse:
    context = {
        "asset": asset,
        "form": form,
        "rows": table.rows(picture) if picture else [],
        "unshown": table.unshown(picture) if picture else [],
        "truncated": bool(picture and picture["truncated"]),
    }
    return render(request, "lineage/table.html", context, status=status)


def _csv(asset: Asset, picture: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(table.csv_text(picture), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="lineage-{slugify(asset.name) or asset.code}.csv"'
    )
    return response


@door("catalog.view_asset")
@require_http_methods(["GET", "POST"])
def elements(request: PortalRequest, code: UUID) -> HttpResponse:
    """The picture as JSON. A POST tells where the known nodes stand, and changes nothing."""
    asset = fetch(request, Asset, code)
    form = WishForm(request.GET)
    if not form.is_valid():
        return _bad(form)
    previous, pin = read_previous(_sent(request))
    wish = form.wish(previous=previous, pin=pin)
    return JsonResponse(reads.neighbourhood(reader=request.user, asset=asset, wish=wish))


def _sent(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body) if request.method == "POST" else None
    except (ValueError, RecursionError):
        return None


def _bad(form: WishForm) -> JsonResponse:
    """Problem details (RFC 9457), as the API gives them."""
    errors = [{"field": name, "detail": str(text)} for name, texts in form.errors.items() for text in texts]
    detail = "; ".join(f"{error['field']}: {error['detail']}" for error in errors)
    problem = {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": detail,
        "errors": errors,
    }
    return JsonResponse(problem, status=400, content_type="application/problem+json")


@door("catalog.view_asset")
@require_GET
def panel(request: PortalRequest, code: UUID) -> HttpResponse:
    """What the side panel of the picture says about one asset."""
    return _about(request, code, "lineage/panel.html")


@door("catalog.view_asset")
@require_GET
def tab(request: PortalRequest, code: UUID) -> HttpResponse:
    """The Lineage tab of the asset page."""
    return _about(request, code, "lineage/tab.html")


def _about(request: PortalRequest, code: UUID, template: str) -> HttpResponse:
    asset = fetch(request, Asset, code)
    found = sides.beside(reader=request.user, asset=asset)
    return render(request, template, {"asset": asset, "sides": found})


@door("catalog.view_asset")
@require_GET
def behind(request: PortalRequest, code: UUID) -> HttpResponse:
    """Every dataset behind an asset, however far: what a model was made from."""
    asset = fetch(request, Asset, code)
    found = reads.upstream_datasets(reader=request.user, asset=asset)
    context = {"asset": asset, "reach": found, "shown": found.found[:BEHIND_ON_A_PAGE]}
    return render(request, "lineage/behind.html", context)
