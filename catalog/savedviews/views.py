from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door, fetch, fetch_from
from catalog.savedviews import services
from catalog.savedviews.forms import ChangeForm, ViewForm
from catalog.savedviews.models import SavedView

SHOWN = 8


@door("catalog.view_asset")
@require_GET
def views(request: PortalRequest) -> HttpResponse:
    rows = SavedView.objects.visible_to(request.user).for_list()
    return render(request, "catalog/saved_views.html", {"views": rows})


@door("catalog.view_asset")
@require_GET
def part(request: PortalRequest) -> HttpResponse:
    """The first of them, for the page of the search and for the first page."""
    rows = SavedView.objects.visible_to(request.user)[: SHOWN + 1]
    context = {"views": list(rows)[:SHOWN], "more": len(rows) > SHOWN}
    return render(request, "catalog/parts/saved_views.html", context)


@door("catalog.view_asset")
@require_http_methods(["GET", "POST"])
def new(request: PortalRequest) -> HttpResponse:
    """Keep the search of the query string."""
    form = ViewForm(request.POST or None, initial={"query": request.GET.urlencode()})
    if form.is_valid() and done(form, lambda: services.save_view(owner=request.user, **form.cleaned_data)):
        return redirect("catalog:saved-views")
    return shown(request, form, "Save this view")


@door("catalog.view_asset")
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, code: UUID) -> HttpResponse:
    view = fetch(request, SavedView, code, "change")
    form = ChangeForm(request.POST or None, initial={"name": view.name, "shared": view.team_id is not None})
    if form.is_valid() and done(form, lambda: services.change_view(view=view, **form.cleaned_data)):
        return redirect("catalog:saved-views")
    return shown(request, form, "Change a saved view")


@door("catalog.view_asset")
@require_POST
def delete(request: PortalRequest, code: UUID) -> HttpResponse:
    rows = SavedView.objects.visible_to(request.user, "change")
    services.delete_view(view=fetch_from(rows, code))
    return redirect("catalog:saved-views")


def done(form: Form, work: Callable[[], Any]) -> bool:
    """Whether it was done; what is wrong stands in the form."""
    try:
        work()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def shown(request: PortalRequest, form: Form, title: str) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, "catalog/saved_view_form.html", {"form": form, "title": title}, status=status)
