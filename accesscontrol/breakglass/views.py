from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.audit.context import note_authentication
from accesscontrol.breakglass import reads, services
from accesscontrol.breakglass.forms import EmergencyForm, ReviewForm
from accesscontrol.breakglass.models import Emergency
from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch

PER_PAGE = 25
MOST_ENTRIES = 200


@door("accesscontrol.use_breakglass")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def declare(request: PortalRequest) -> HttpResponse:
    form = EmergencyForm(request.POST or None, request=request)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("reason", "minutes")}
        row = services.declare_emergency(user=request.user, **said)
        note_authentication(request.session)
        messages.warning(request, "The glass is broken. Those who review it have been told.")
        return redirect(row)
    mine = Emergency.objects.visible_to(request.user).filter(user=request.user)[:5]
    context = {"form": form, "mine": mine}
    return render(request, "accesscontrol/emergency_new.html", context, status=400 if form.errors else 200)


@door("accesscontrol.review_breakglass")
@require_GET
def emergencies(request: PortalRequest) -> HttpResponse:
    rows = Emergency.objects.visible_to(request.user).for_list()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accesscontrol/emergencies.html", {"page": page})


@door(SIGNED_IN)
@require_GET
def emergency(request: PortalRequest, code: UUID) -> HttpResponse:
    return _show(request, fetch(request, Emergency, code), ReviewForm())


def _show(request: PortalRequest, row: Emergency, form: ReviewForm) -> HttpResponse:
    theirs = Emergency.objects.visible_to(request.user, "change").filter(pk=row.pk).exists()
    done = reads.done_within(row)
    context: dict[str, Any] = {
        "row": row,
        "form": form,
        "entries": done[:MOST_ENTRIES],
        "number": done.count(),
        "may_review": theirs and not row.is_live and not row.reviewed_at,
        "may_end": row.is_live and (theirs or row.user_id == request.user.pk),
    }
    status = 400 if form.errors else 200
    return render(request, "accesscontrol/emergency.html", context, status=status)


@door(SIGNED_IN)
@require_POST
def end(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Emergency, code)
    services.end_emergency(emergency=row, actor=request.user)
    messages.success(request, "The emergency is over; policies bind as before.")
    return redirect(row)


@door("accesscontrol.review_breakglass")
@require_POST
def review(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Emergency, code, "change")
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form)
    services.review_emergency(emergency=row, actor=request.user, **form.cleaned_data)
    messages.success(request, "Reviewed.")
    return redirect(row)
