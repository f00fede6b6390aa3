from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door
from catalog.termfiles.forms import ImportForm
from catalog.termfiles.planning import CHANGED, ERROR, NEW, SAME, Planned, plan
from catalog.termfiles.services import WrongRows, export_terms, import_terms
from catalog.termfiles.sheets import COLUMNS, Row, WrongSheet, read


@door("catalog.view_term")
@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """The whole glossary as CSV; an export is a fact of its own."""
    response = HttpResponse(export_terms(reader=request.user), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="glossary-{timezone.now():%Y-%m-%d}.csv"'
    return response


@door("catalog.add_term")
@require_http_methods(["GET", "POST"])
def preview(request: PortalRequest) -> HttpResponse:
    """What a file would do, row by row; nothing is written yet."""
    if request.method == "GET":
        return _page(request, ImportForm(), [], 200)
    form = ImportForm(request.POST, request.FILES)
    rows = _read(form)
    if rows is None:
        return _page(request, form, [], 400)
    plans = plan(rows=rows, may_change=request.user.has_perm("catalog.change_term"))
    return _page(request, form, plans, 200)


@door("catalog.add_term")
@require_POST
def load(request: PortalRequest) -> HttpResponse:
    """Write what was shown; when the glossary changed meanwhile, the rows are judged anew."""
    form = ImportForm(request.POST)
    rows = _read(form)
    if rows is None:
        return _page(request, form, [], 400)
    may_change = request.user.has_perm("catalog.change_term")
    try:
        done = import_terms(rows=rows, actor=request.user, may_change=may_change)
    except WrongRows as error:
        return _page(request, form, error.plans, 400)
    numbers = _numbers(done)
    messages.success(request, f"Imported: {numbers[NEW]} new, {numbers[CHANGED]} changed.")
    return redirect("glossary:list")


def _read(form: ImportForm) -> list[Row] | None:
    """The rows of a form that was sent; None when it holds none, with the reason in the form."""
    if not form.is_valid():
        return None
    try:
        return read(form.cleaned_data["document"])
    except WrongSheet as error:
        form.add_error("document", str(error))
        return None


def _page(request: PortalRequest, form: ImportForm, plans: list[Planned], status: int) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "plans": plans,
        "numbers": _numbers(plans),
        "document": form.cleaned_data.get("document", "") if plans else "",
        "columns": COLUMNS,
    }
    return render(request, "catalog/term_import.html", context, status=status)


def _numbers(plans: list[Planned]) -> dict[str, int]:
    return {name: sum(each.outcome == name for each in plans) for name in (NEW, CHANGED, SAME, ERROR)}
