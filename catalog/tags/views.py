from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door, fetch
from catalog.assets.models import Asset, Field
from catalog.editing.pages import Editing, edit
from catalog.tags import reads, services
from catalog.tags.forms import ClassificationForm, ImportForm, TagForm, TagsForm
from catalog.tags.importing import Wrong, read_document
from catalog.tags.models import Classification, Tag
from catalog.tags.verbs import TAG_ASSET, TAG_FIELD

PER_PAGE = 50


@door("catalog.view_tag")
@require_GET
def tags(request: PortalRequest) -> HttpResponse:
    return render(request, "catalog/tags.html", {"shelves": reads.shelves(reader=request.user)})


@door("catalog.view_tag")
@require_GET
def tag(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Tag, code)
    page = Paginator(reads.uses(reader=request.user, tag=row), PER_PAGE).get_page(request.GET.get("page"))
    below = Tag.objects.visible_to(request.user).filter(parent=row)
    numbers = reads.assets_by_path(reader=request.user, paths=[row.path])
    context = {"tag": row, "page": page, "below": below, "assets": numbers[row.path]}
    return render(request, "catalog/tag.html", context)


@door("catalog.add_classification")
@require_http_methods(["GET", "POST"])
def add_classification(request: PortalRequest) -> HttpResponse:
    return _classification(request, None)


@door("catalog.change_classification")
@require_http_methods(["GET", "POST"])
def change_classification(request: PortalRequest, code: UUID) -> HttpResponse:
    return _classification(request, fetch(request, Classification, code, "change"))


def _classification(request: PortalRequest, row: Classification | None) -> HttpResponse:
    form = ClassificationForm(request.POST or None, instance=row)
    what = {"classification": row}
    return _save(request, form, services.save_classification, what, row or "Add a classification")


@door("catalog.add_tag")
@require_http_methods(["GET", "POST"])
def add_tag(request: PortalRequest, code: UUID) -> HttpResponse:
    classification = fetch(request, Classification, code)
    given = {"parent": request.GET.get("below")}
    form = TagForm(request.POST or None, classification=classification, initial=given)
    what = {"classification": classification}
    return _save(request, form, services.save_tag, what, f"Add a tag of {classification}")


@door("catalog.change_tag")
@require_http_methods(["GET", "POST"])
def change_tag(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Tag, code, "change")
    form = TagForm(request.POST or None, instance=row, classification=row.classification)
    what = {"classification": row.classification, "tag": row}
    return _save(request, form, services.save_tag, what, row)


def _save(request: PortalRequest, form: Any, service: Any, what: dict[str, Any], title: Any) -> HttpResponse:
    if form.is_valid():
        try:
            row = service(actor=request.user.username, **what, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{row} is saved.")
            return redirect(row)
    status = 400 if form.is_bound else 200
    return render(request, "catalog/tag_form.html", {"form": form, "title": title}, status=status)


@door("catalog.delete_tag")
@require_POST
def delete_tag(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Tag, code, "delete")
    services.delete_tag(tag=row, actor=request.user.username)
    messages.success(request, f"{row.path} is deleted.")
    return redirect("catalog:tags")


@door("catalog.delete_classification")
@require_POST
def delete_classification(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Classification, code, "delete")
    services.delete_classification(classification=row, actor=request.user.username)
    messages.success(request, f"{row.name} is deleted.")
    return redirect("catalog:tags")


@door("catalog.add_classification")
@require_POST
def add_usual(request: PortalRequest) -> HttpResponse:
    number = services.add_usual_classifications(actor=request.user.username)
    messages.success(request, f"{number} tags are there now.")
    return redirect("catalog:tags")


@door("catalog.add_classification")
@require_http_methods(["GET", "POST"])
def import_tags(request: PortalRequest) -> HttpResponse:
    form = ImportForm(request.POST or None)
    if form.is_valid():
        try:
            wanted = read_document(form.cleaned_data["document"])
            number = services.import_classifications(wanted=wanted, actor=request.user.username)
        except Wrong as error:
            form.add_error("document", str(error))
        except ValidationError as error:
            form.add_error("document", error.messages)
        else:
            messages.success(request, f"{number} tags are there now.")
            return redirect("catalog:tags")
    context = {"form": form, "title": "Import classifications", "wide": True}
    return render(request, "catalog/tag_form.html", context, status=400 if form.is_bound else 200)


@door("catalog.view_asset")
@require_http_methods(["GET", "POST"])
def tag_asset(request: PortalRequest, code: UUID) -> HttpResponse:
    """Who may change the asset says its tags; everybody else who sees it proposes them."""
    row = fetch(request, Asset, code)
    return edit(request, _editing(request, TAG_ASSET, row, row.title))


@door("catalog.view_field")
@require_http_methods(["GET", "POST"])
def tag_field(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Field, code)
    return edit(request, _editing(request, TAG_FIELD, row, f"{row.asset.title}.{row.name}"))


def _editing(request: PortalRequest, verb: str, thing: Asset | Field, of: str) -> Editing:
    def form(data: Any, may: bool) -> TagsForm:
        choices = reads.choices(reader=request.user, borne=thing.tags)
        return TagsForm(data, may=may, version=thing.version, tags=choices, borne=thing.tags)

    return Editing(verb, thing, "Tags", of, thing.get_absolute_url(), form)
