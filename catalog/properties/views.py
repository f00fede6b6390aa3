from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door, fetch
from catalog.assets.models import Asset
from catalog.assets.verbs import CHANGE_ASSET
from catalog.editing.pages import Editing, edit
from catalog.properties import reads, services
from catalog.properties.forms import PropertyForm, ValuesForm
from catalog.properties.models import Property


@door("catalog.view_property")
@require_GET
def properties(request: PortalRequest) -> HttpResponse:
    rows = Property.objects.visible_to(request.user)
    return render(request, "catalog/properties.html", {"rows": rows})


@door("catalog.add_property")
@require_http_methods(["GET", "POST"])
def add_property(request: PortalRequest) -> HttpResponse:
    return _save(request, None)


@door("catalog.change_property")
@require_http_methods(["GET", "POST"])
def change_property(request: PortalRequest, code: UUID) -> HttpResponse:
    return _save(request, fetch(request, Property, code, "change"))


def _save(request: PortalRequest, row: Property | None) -> HttpResponse:
    form = PropertyForm(request.POST or None, instance=row)
    if form.is_valid():
        try:
            saved = services.save_property(actor=request.user.username, definition=row, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{saved} is saved.")
            return redirect(saved)
    context = {"form": form, "title": row or "Add a property"}
    return render(request, "catalog/property_form.html", context, status=400 if form.is_bound else 200)


@door("catalog.delete_property")
@require_POST
def delete_property(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Property, code, "delete")
    services.delete_property(definition=row, actor=request.user.username)
    messages.success(request, f"{row} is deleted.")
    return redirect("catalog:properties")


@door("catalog.view_asset")
@require_http_methods(["GET", "POST"])
def values(request: PortalRequest, code: UUID) -> HttpResponse:
    """What is said of one asset; who may not change it proposes."""
    row = fetch(request, Asset, code)
    listed = reads.definitions(row.kind)

    def form(data: Any, may: bool) -> ValuesForm:
        return ValuesForm(data, asset=row, definitions=listed, may=may)

    back = row.get_absolute_url()
    return edit(request, Editing(CHANGE_ASSET, row, "Properties", row.title, back, form))
