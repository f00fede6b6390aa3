from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.web import PortalRequest, door, fetch, fetch_from
from catalog.renames import reads, services
from catalog.renames.forms import RenameDecisionForm
from catalog.renames.models import RenameProposal


@door("catalog.view_asset")
@require_GET
def rename(request: PortalRequest, code: UUID) -> HttpResponse:
    return _show(request, _row(request, code), RenameDecisionForm())


def _row(request: PortalRequest, code: UUID) -> RenameProposal:
    rows = RenameProposal.objects.visible_to(request.user).for_list()
    return fetch_from(rows.select_related("new__source__domain"), code)


def _show(
    request: PortalRequest, row: RenameProposal, form: RenameDecisionForm, status: int = 200
) -> HttpResponse:
    context = {
        "proposal": row,
        "form": form,
        "may_decide": reads.decidable(request.user).filter(pk=row.pk).exists(),
        "taken": reads.taken(row.old, row.new) if row.is_open else [],
    }
    return render(request, "catalog/rename.html", context, status=status)


@door("catalog.change_asset")
@require_POST
def accept(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, RenameProposal, code, "change")
    form = RenameDecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, _row(request, code), form, status=400)
    row = services.accept_rename(proposal=row, actor=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, f"{row.new.title} took over what people said of {row.old.title}.")
    return redirect(row.new)


@door("catalog.change_asset")
@require_POST
def decline(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, RenameProposal, code, "change")
    form = RenameDecisionForm(request.POST)
    try:
        if form.is_valid():
            services.decline_rename(proposal=row, actor=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, "Declined: they are two things.")
            return redirect("inbox")
    except ValidationError as error:
        form.add_error(None, error)
    return _show(request, _row(request, code), form, status=400)
