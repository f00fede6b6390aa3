from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch, render_part
from stewardship.approvals import services
from stewardship.approvals.deciding import KIND
from stewardship.approvals.forms import DecisionForm, RebaseForm
from stewardship.approvals.models import Proposal
from stewardship.approvals.page import shown

PART = "beside"  # the list of the inbox


@door(SIGNED_IN)
@require_GET
def proposal(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Proposal, code)
    return _show(request, row, DecisionForm())


def _show(
    request: PortalRequest, row: Proposal, form: DecisionForm, status: int = 200, fault: str = ""
) -> HttpResponse:
    found = shown(row, reader=request.user)
    is_part = request.htmx.target == PART
    context = {
        "proposal": row,
        "shown": found,
        "form": form,
        "rebase": RebaseForm(differences=found.differences, version=found.version),
        "may_withdraw": row.is_open and row.author_id == request.user.pk,
        "key": f"{KIND}:{row.code}",
        "fault": fault,
        "back": f"?{request.GET.urlencode()}" if request.GET else "",
        "is_part": is_part,
        "level": "h3" if is_part else "h2",
    }
    answer = render_part(request, "stewardship/proposal.html", PART, context)
    answer.status_code = status
    return answer


@door("stewardship.change_proposal")
@require_POST
def approve(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Proposal, code)
    try:
        done = services.approve(proposal=row, actor=request.user, reason=request.POST.get("reason", ""))
    except services.Outdated as stale:
        return _show(request, row, DecisionForm(), status=409, fault=str(stale))
    said = "Approved and applied" if not done.is_open else "Approved; others are asked still"
    messages.success(request, f"{said}: {row.subject_label}.")
    return redirect(_list(request))


@door("stewardship.change_proposal")
@require_POST
def reject(request: PortalRequest, code: UUID) -> HttpResponse:
    return _decline(request, code, services.reject, "Rejected")


@door("stewardship.change_proposal")
@require_POST
def send_back(request: PortalRequest, code: UUID) -> HttpResponse:
    return _decline(request, code, services.send_back, "Sent back to its author")


def _decline(request: PortalRequest, code: UUID, decline: Callable[..., Any], said: str) -> HttpResponse:
    row = fetch(request, Proposal, code)
    form = DecisionForm(request.POST)
    try:
        decline(proposal=row, actor=request.user, reason=request.POST.get("reason", ""))
    except ValidationError as error:
        form.full_clean()
        form.add_error(None, error)
        return _show(request, row, form, status=400)
    messages.success(request, f"{said}: {row.subject_label}.")
    return redirect(_list(request))


@door("stewardship.change_proposal")
@require_POST
def rebase(request: PortalRequest, code: UUID) -> HttpResponse:
    """Carry on with the fields that were chosen, from what the subject says now."""
    row = fetch(request, Proposal, code)
    seen = request.POST.get("version", "")
    keys, version = request.POST.getlist("keys"), int(seen) if seen.isdecimal() else 0
    try:
        services.rebase(proposal=row, actor=request.user, keys=keys, version=version)
    except (services.Outdated, ValidationError) as error:
        fault = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        return _show(request, row, DecisionForm(), status=409, fault=fault)
    messages.success(request, "It starts from what is there now. Look at it, then approve it.")
    return redirect(row)


@door(SIGNED_IN)
@require_POST
def withdraw(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Proposal, code)
    services.withdraw(proposal=row, actor=request.user)
    messages.success(request, "Withdrawn.")
    return redirect(_list(request))


def _list(request: PortalRequest) -> str:
    """The inbox with the filter that the address of the button repeats."""
    asked = request.GET.urlencode()
    return f"{reverse('inbox')}{'?' if asked else ''}{asked}"
