from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.grants.models import Grant
from accesscontrol.grants.reads import ending_soon
from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch
from stewardship.accessrequests import reads, services
from stewardship.accessrequests.forms import ApproveForm, AskForm, DenyForm
from stewardship.accessrequests.models import AccessRequest

SENT = "Your request was sent to whoever answers for it."
TABS = {"mine": "Asked by me", "decide": "For me to decide", "decided": "Decided"}
PER_PAGE = 25
A_WEEK = 7


@door(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def ask(request: PortalRequest, code: UUID) -> HttpResponse:
    return _ask(request, str(code))


@door(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def ask_about_stub(request: PortalRequest, token: str) -> HttpResponse:
    """For what a picture shows as hidden; the token means something to this reader only."""
    return _ask(request, token)


def _ask(request: PortalRequest, asked_as: str) -> HttpResponse:
    """One page and one answer for what exists and for what does not."""
    form = AskForm(request.POST or None)
    if form.is_valid():
        services.request_access(actor=request.user, asked_as=asked_as, **form.cleaned_data)
        messages.success(request, SENT)
        return redirect("access:requests")
    known = reads.disclosed(reads.resource_named(asked_as, request.user), request.user)
    context = {"form": form, "known": known, "asked_as": asked_as}
    return render(request, "stewardship/access_ask.html", context, status=400 if form.errors else 200)


@door(SIGNED_IN)
@require_GET
def requests(request: PortalRequest) -> HttpResponse:
    tab = request.GET.get("tab", "mine")
    tab = tab if tab in TABS else "mine"
    page = Paginator(_rows(request, tab), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = reads.with_names(page.object_list, request.user)
    context = {"page": page, "tab": tab, "kinds": TABS, "ending": ending_soon(request.user)}
    return render(request, "stewardship/access_requests.html", context)


def _rows(request: PortalRequest, tab: str) -> Any:
    if tab == "decide":
        return reads.decidable(request.user)
    rows = AccessRequest.objects.visible_to(request.user).for_list()
    if tab == "decided":
        return rows.filter(decided_by__isnull=False).exclude(requester=request.user)
    return rows.filter(requester=request.user)


@door(SIGNED_IN)
@require_GET
def asked(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, AccessRequest, code)
    return _show(request, row)


def _show(request: PortalRequest, row: AccessRequest, status: int = 200, **forms: Any) -> HttpResponse:
    decidable = AccessRequest.objects.visible_to(request.user, "change").pending()
    [named] = reads.with_names([row], request.user)
    context = {
        "asked": named,
        "approve_form": ApproveForm(initial={"days": row.days}, auto_id="approve_%s"),
        "deny_form": DenyForm(auto_id="deny_%s"),
        "may_decide": decidable.filter(pk=row.pk).exists(),
        "may_cancel": row.requester_id == request.user.pk and row.state == "pending",
        **forms,
    }
    return render(request, "stewardship/access_request.html", context, status=status)


@door(SIGNED_IN)
@require_POST
def approve(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, AccessRequest, code, "change")
    form = ApproveForm(request.POST, auto_id="approve_%s")
    if not form.is_valid():
        return _show(request, row, status=400, approve_form=form)
    services.approve_request(request=row, actor=request.user, **form.cleaned_data)
    messages.success(request, f"Granted to {row.requester.label}.")
    return redirect("inbox")


@door(SIGNED_IN)
@require_POST
def deny(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, AccessRequest, code, "change")
    form = DenyForm(request.POST, auto_id="deny_%s")
    if not form.is_valid():
        return _show(request, row, status=400, deny_form=form)
    services.deny_request(request=row, actor=request.user, **form.cleaned_data)
    messages.success(request, "Denied; the person who asked reads why.")
    return redirect("inbox")


@door(SIGNED_IN)
@require_POST
def cancel(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, AccessRequest, code)
    services.cancel_request(request=row, actor=request.user)
    messages.success(request, "Taken back.")
    return redirect("access:requests")


@door(SIGNED_IN)
@require_POST
def more(request: PortalRequest, code: UUID) -> HttpResponse:
    """Ask for another week of a grant that is about to end, with one click."""
    grant = fetch(request, Grant, code)
    services.request_extension(actor=request.user, grant=grant, days=A_WEEK)
    messages.success(request, SENT)
    return redirect("access:requests")
