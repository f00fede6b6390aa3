from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.grants import reads, services
from accesscontrol.grants.answering import answering, governed_models
from accesscontrol.grants.forms import ExtendForm, GrantFilter, GrantForm, RevokeForm
from accesscontrol.grants.models import Grant
from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch, render_part

PER_PAGE = 50


@door(SIGNED_IN)
@require_GET
def grants(request: PortalRequest) -> HttpResponse:
    form = GrantFilter({"state": "live", **request.GET.dict()})
    rows = reads.grants(reader=request.user, **form.chosen())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = reads.with_names(page.object_list, request.user)
    return render_part(request, "accesscontrol/grants.html", "rows", {"form": form, "page": page})


@door(SIGNED_IN)
@require_GET
def grant(request: PortalRequest, code: UUID) -> HttpResponse:
    return _show(request, fetch(request, Grant, code), {})


def _show(request: PortalRequest, row: Grant, forms: dict[str, Any]) -> HttpResponse:
    [named] = reads.with_names([row], request.user)
    context = {
        "grant": named,
        "revoke_form": RevokeForm(auto_id="revoke_%s"),
        "extend_form": ExtendForm(auto_id="extend_%s"),
        "may_revoke": _in_reach(request, row, "change"),
        "may_extend": named.state == "live" and _in_reach(request, row, "decide"),
        **forms,
    }
    return render(request, "accesscontrol/grant.html", context, status=400 if forms else 200)


def _in_reach(request: PortalRequest, row: Grant, action: str) -> bool:
    return Grant.objects.visible_to(request.user, action).filter(pk=row.pk).exists()


@door("accesscontrol.add_grant")
@require_http_methods(["GET", "POST"])
def create(request: PortalRequest) -> HttpResponse:
    asked = {"asset": request.GET.get("asset")}
    form = GrantForm(request.POST or None, initial=asked, find=partial(reads.find_known, reader=request.user))
    if form.is_valid():
        try:
            row = services.grant_access(actor=request.user, **form.arguments())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            [named] = reads.with_names([row], request.user)
            messages.success(request, f"Granted: {row.holder} may {row.action} {named.title}.")
            return redirect(row)
    status = 400 if form.errors else 200
    return render(request, "accesscontrol/grant_form.html", {"form": form}, status=status)


@door(SIGNED_IN)
@require_POST
def revoke(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Grant, code, "change")
    form = RevokeForm(request.POST, auto_id="revoke_%s")
    if not form.is_valid():
        return _show(request, row, {"revoke_form": form})
    services.revoke_grant(grant=row, actor=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, "Revoked; it permits nothing any more.")
    return redirect(row)


@door(SIGNED_IN)
@require_POST
def extend(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Grant, code, "decide")
    form = ExtendForm(request.POST, auto_id="extend_%s")
    if not form.is_valid():
        return _show(request, row, {"extend_form": form})
    reason = form.cleaned_data["reason"]
    services.extend_grant(grant=row, actor=request.user, ends_at=form.end(), reason=reason)
    messages.success(request, "Its end was moved.")
    return redirect(row)


@door(SIGNED_IN)
@require_GET
def panel(request: PortalRequest, code: UUID) -> HttpResponse:
    """The part of an asset's page that tells who has access by exception."""
    model = next(governed_models())
    asset = fetch(request, model, code)
    rows = Grant.objects.visible_to(request.user).on(asset).in_state("live").for_list()
    context = {"asset": asset, "grants": rows, "answering": answering(asset)}
    return render(request, "accesscontrol/grants_panel.html", context)
