from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch
from stewardship.approvals import services
from stewardship.approvals.forms import DecisionForm
from stewardship.approvals.inbox import sections
from stewardship.approvals.models import Proposal

TABS = {"waiting": "Waiting for me", "mine": "Proposed by me", "decided": "Decided"}
PER_PAGE = 25


@door(SIGNED_IN)
@require_GET
def inbox(request: PortalRequest) -> HttpResponse:
    tab = request.GET.get("tab", "waiting")
    tab = tab if tab in TABS else "waiting"
    page = Paginator(_rows(request, tab), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "tab": tab, "tabs": TABS}
    context["sections"] = sections(request.user) if tab == "waiting" else []
    return render(request, "stewardship/inbox.html", context)


def _rows(request: PortalRequest, tab: str) -> Any:
    rows = Proposal.objects.visible_to(request.user).for_list()
    if tab == "mine":
        return rows.filter(author=request.user)
    if tab == "decided":
        return rows.exclude(state=Proposal.State.OPEN)
    return Proposal.objects.visible_to(request.user, "change").for_list().open()


@door(SIGNED_IN)
@require_GET
def proposal(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Proposal, code)
    return _show(request, row, DecisionForm())


def _show(request: PortalRequest, row: Proposal, form: DecisionForm, status: int = 200) -> HttpResponse:
    decidable = Proposal.objects.visible_to(request.user, "change").open().filter(pk=row.pk)
    context = {
        "proposal": row,
        "form": form,
        "may_decide": decidable.exists(),
        "may_withdraw": row.is_open and row.author_id == request.user.pk,
    }
    return render(request, "stewardship/proposal.html", context, status=status)


@door("stewardship.change_proposal")
@require_POST
def approve(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Proposal, code)
    services.approve(proposal=row, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, f"Approved and applied: {row.subject_label}.")
    return redirect("inbox")


@door("stewardship.change_proposal")
@require_POST
def reject(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Proposal, code)
    form = DecisionForm(request.POST)
    try:
        services.reject(proposal=row, actor=request.user, reason=request.POST.get("reason", ""))
    except ValidationError as error:
        form.full_clean()
        form.add_error(None, error)
        return _show(request, row, form, status=400)
    messages.success(request, f"Rejected: {row.subject_label}.")
    return redirect("inbox")


@door(SIGNED_IN)
@require_POST
def withdraw(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Proposal, code)
    services.withdraw(proposal=row, actor=request.user)
    messages.success(request, "Withdrawn.")
    return redirect("inbox")
