from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door, fetch, fetch_from, render_part
from catalog.assets import reads, services
from catalog.assets.documented import documentation
from catalog.assets.forms import AssetForm, DescriptionForm, FieldForm
from catalog.assets.models import Asset, Field
from catalog.assets.panels import PANELS, WITH_KEYS, Panel
from stewardship.approvals.models import Proposal

PER_PAGE = 50


@door("catalog.view_asset")
@require_GET
def asset(request: PortalRequest, code: UUID) -> HttpResponse:
    row = Asset.objects.visible_to(request.user).for_page().filter(code=code).first()
    if row is None:
        return _known_of(request, code)
    context = _overview(request, row)
    if "edit" in request.GET and context["may_change"]:
        context["form"] = DescriptionForm(initial={"description": row.description, "version": row.version})
    return render_part(request, "catalog/asset.html", "description", context)


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


@door("catalog.change_asset")
@require_POST
def describe(request: PortalRequest, code: UUID) -> HttpResponse:
    """Change the description; a stale version shows what it says by now beside what was written."""
    row = fetch(request, Asset, code, "change")
    form, stale = DescriptionForm(request.POST), None
    if form.is_valid():
        try:
            _describe(request, row, form.cleaned_data)
        except services.Stale as refusal:
            stale = refusal.current
        else:
            return redirect(row)
    context = {**_overview(request, seen(request, code)), "form": form, "stale": stale}
    return render(request, "catalog/asset.html", context, status=409 if stale else 400)


def _describe(request: PortalRequest, row: Asset, said: dict[str, Any]) -> None:
    services.change_asset(
        asset=row,
        actor=request.user.username,
        changes={"description": said["description"]},
        version=said["version"],
    )


@door("catalog.change_asset")
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Asset, code, "change")
    form = AssetForm(request.POST or None, instance=row)
    context: dict[str, Any] = {"form": form, "object": row, "asset": row, "title": row.title}
    return _change(request, context, services.change_asset, {"asset": row})


@door("catalog.change_field")
@require_http_methods(["GET", "POST"])
def edit_field(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Field, code, "change")
    form = FieldForm(request.POST or None, instance=row)
    context = {"form": form, "object": row, "asset": row.asset, "title": f"{row.asset.title}.{row.name}"}
    return _change(request, context, services.change_field, {"field": row})


def _change(
    request: PortalRequest, context: dict[str, Any], service: Any, what: dict[str, Any]
) -> HttpResponse:
    """Run the service with what the form holds; answer 409 with both states when it was overtaken."""
    form, status = context["form"], 400 if request.method == "POST" else 200
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            service(**what, actor=request.user.username, changes=form.changes(), version=version)
        except services.Stale as refusal:
            status, context["overtaken"] = 409, _both(form, refusal.current)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{context['title']} is saved.")
            return redirect(context["asset"])
    return render(request, "catalog/asset_edit.html", context, status=status)


def _both(form: Any, current: Asset | Field) -> list[tuple[str, Any, Any]]:
    """Return (label, as it is now, as it was written) of what differs, and let the form try again."""
    form.data = form.data.copy()
    form.data["version"] = current.version
    pairs = [
        (form.fields[name].label or name.replace("_", " ").capitalize(), getattr(current, name), value)
        for name, value in form.changes().items()
    ]
    return [(label, now, mine) for label, now, mine in pairs if now != mine]


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


def head(request: PortalRequest, row: Asset, current: str) -> dict[str, Any]:
    """What every page of an asset shows above its content."""
    tabs = [
        ("Overview", "", row.get_absolute_url()),
        *((each.title, each.slug, _address(each, row)) for each in _panels(request, row)),
        ("Activity", "activity", reverse("catalog:activity", args=[row.code])),
    ]
    return {
        "asset": row,
        "tabs": [{"label": label, "url": url, "current": slug == current} for label, slug, url in tabs],
        "containers": reads.containers(request.user, row),
        "may_change": reads.may_change(request.user, row),
        "proposals": Proposal.objects.visible_to(request.user).about(row.code).open(),
    }


def _overview(request: PortalRequest, row: Asset) -> dict[str, Any]:
    context = head(request, row, "")
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
        "may_change_fields": context["may_change"] and request.user.has_perm("catalog.change_field"),
    }
