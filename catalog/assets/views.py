from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accesscontrol.web import PortalRequest, door, fetch, fetch_from
from catalog.assets import reads
from catalog.assets.documented import documentation
from catalog.assets.forms import AssetForm, DescriptionForm, FieldForm, LifecycleForm, SaidForm
from catalog.assets.models import Asset, Field
from catalog.assets.panels import PANELS, WITH_KEYS, Panel
from catalog.assets.slots import filled
from catalog.assets.verbs import CHANGE_ASSET, CHANGE_FIELD
from catalog.editing.pages import Editing, edit
from stewardship.approvals.models import Proposal
from stewardship.visits.services import note_visit

PER_PAGE = 50


@door("catalog.view_asset")
@require_GET
def asset(request: PortalRequest, code: UUID) -> HttpResponse:
    row = Asset.objects.visible_to(request.user).for_page().filter(code=code).first()
    if row is None:
        return _known_of(request, code)
    note_visit(reader=request.user, kind="asset", code=row.code)
    return render(request, "catalog/asset.html", _overview(request, row))


def _known_of(request: PortalRequest, code: UUID) -> HttpResponse:
    """The page of an asset of which the reader may know name and owner only; else 404."""
    row = fetch_from(reads.discoverable(reader=request.user), code)
    return render(request, "catalog/asset_to_ask_for.html", {"asset": row})


@door("catalog.view_asset")
@require_GET
def to_ask_for(request: PortalRequest) -> HttpResponse:
    """Everything of which the reader may know name and owner only."""
    typed = request.GET.get("q", "")[:200]
    rows = reads.discoverable(reader=request.user, typed=typed)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalog/to_ask_for.html", {"page": page, "typed": typed})


@door("catalog.view_asset")
@require_http_methods(["GET", "POST"])
def describe(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Asset, code)
    return edit(request, Editing(CHANGE_ASSET, row, "Description", row.title, *_form(DescriptionForm, row)))


@door("catalog.view_asset")
@require_http_methods(["GET", "POST"])
def edit_asset(request: PortalRequest, code: UUID) -> HttpResponse:
    """Everybody who sees an asset may say what would be better; who may not change it proposes it."""
    row = fetch(request, Asset, code)
    return edit(request, Editing(CHANGE_ASSET, row, "Edit", row.title, *_form(AssetForm, row)))


@door("catalog.view_asset")
@require_http_methods(["GET", "POST"])
def lifecycle(request: PortalRequest, code: UUID) -> HttpResponse:
    """Deprecate it, with what to use instead and a last day; archive it; or take it into use again."""
    row = fetch(request, Asset, code)

    def form(data: Any, may: bool) -> LifecycleForm:
        return LifecycleForm(data, row=row, reader=request.user, may=may)

    back = row.get_absolute_url()
    return edit(request, Editing(CHANGE_ASSET, row, "Lifecycle", row.title, back, form))


@door("catalog.view_field")
@require_http_methods(["GET", "POST"])
def edit_field(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Field, code)
    of = f"{row.asset.title}.{row.name}"
    return edit(request, Editing(CHANGE_FIELD, row, "Edit", of, *_form(FieldForm, row)))


def _form(kind: type[SaidForm], row: Asset | Field) -> tuple[str, Callable[[Any, bool], SaidForm]]:
    """Where the row has its page, and how its form is made."""
    return row.get_absolute_url(), lambda data, may: kind(data, row=row, may=may)


@door("catalog.view_asset")
@require_GET
def panel(request: PortalRequest, code: UUID, slug: str) -> HttpResponse:
    """A tab that an upper floor fills; its fragment is loaded by its own URL."""
    row = seen(request, code)
    found = next((each for each in _panels(request, row) if each.slug == slug), None)
    if found is None or found.is_page:
        raise Http404("This asset has no such page.")
    context = head(request, row, slug)
    context["panel"], context["panel_url"] = found, reverse(found.url_name, args=[row.code])
    return render(request, "catalog/asset_panel.html", context)


@door("catalog.view_asset")
@require_GET
def keys(request: PortalRequest, code: UUID) -> HttpResponse:
    """Primary key, unique keys, foreign keys in both directions, indexes."""
    row = seen(request, code)
    if row.kind not in WITH_KEYS:
        raise Http404("This asset has no such page.")
    context = head(request, row, "keys")
    context["references"] = reads.references(request.user, row)
    context["referenced_by"] = reads.referenced_by(request.user, row)
    return render(request, "catalog/asset_keys.html", context)


@door("catalog.view_field")
@require_GET
def field(request: PortalRequest, code: UUID) -> HttpResponse:
    """One field: a page of its own, and the drawer that the page of its asset opens."""
    row = fetch_from(Field.objects.visible_to(request.user), code)
    whole = seen(request, row.asset.code)
    row.asset = whole
    context = {
        "field": row,
        "asset": whole,
        "neighbours": reads.neighbours(row),
        "lineage": next((tab["url"] for tab in _tabs(request, whole, "") if tab["slug"] == "lineage"), None),
        "acts": reads.acts_of_field(row),
        "may_edit": reads.may_change(request.user, whole) and request.user.has_perm("catalog.change_field"),
        "may_propose": request.user.has_perm("stewardship.add_proposal"),
        "slots": filled(request.user, row, "drawer"),
    }
    part = "#drawer" if request.htmx else ""
    return render(request, f"catalog/field.html{part}", context)


@door("catalog.view_asset")
@require_GET
def activity(request: PortalRequest, code: UUID) -> HttpResponse:
    row = seen(request, code)
    page, acts = reads.activity(row, request.GET.get("page"))
    context = {**head(request, row, "activity"), "page": page, "acts": acts}
    return render(request, "catalog/asset_activity.html", context)


def seen(request: PortalRequest, code: UUID) -> Asset:
    """The asset of one of its pages, or 404."""
    return fetch_from(Asset.objects.visible_to(request.user).for_page(), code)


def _panels(request: PortalRequest, row: Asset) -> list[Panel]:
    return [
        each
        for each in PANELS
        if request.user.has_perm(each.permission) and (not each.kinds or row.kind in each.kinds)
    ]


def _address(tab: Panel, row: Asset) -> str:
    if tab.is_page:
        return reverse(tab.url_name, args=[row.code])
    return reverse("catalog:panel", args=[row.code, tab.slug])


def _tabs(request: PortalRequest, row: Asset, current: str) -> list[dict[str, Any]]:
    tabs = [
        ("Overview", "", row.get_absolute_url()),
        *((each.title, each.slug, _address(each, row)) for each in _panels(request, row)),
        ("Activity", "activity", reverse("catalog:activity", args=[row.code])),
    ]
    return [
        {"label": label, "slug": slug, "url": url, "current": slug == current} for label, slug, url in tabs
    ]


def head(request: PortalRequest, row: Asset, current: str) -> dict[str, Any]:
    """What every page of an asset shows above its content."""
    return {
        "asset": row,
        "tabs": _tabs(request, row, current),
        "replacement": reads.replacement(request.user, row),
        "containers": reads.containers(request.user, row),
        "may_change": reads.may_change(request.user, row),
        "may_propose": request.user.has_perm("stewardship.add_proposal"),
        "proposals": Proposal.objects.visible_to(request.user).about(row.code).open(),
        "slots": filled(request.user, row, "banner", "chips", "actions"),
    }


def _overview(request: PortalRequest, row: Asset) -> dict[str, Any]:
    context = head(request, row, "")
    context["slots"] |= filled(request.user, row, "overview", "aside")
    if row.is_container:
        contents = reads.contents(request.user, row)
        context["page"] = Paginator(contents, PER_PAGE).get_page(request.GET.get("page"))
        return context
    facts, withheld = reads.facts(request.user, row)
    return {
        **context,
        "sql": facts.get("view_sql"),
        "sql_withheld": "view_sql" in withheld,
        "columns": reads.columns(row),
        "documented": documentation(facts),
        "renamed": reads.renamed(request.user, row),
    }
