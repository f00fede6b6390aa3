from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door, fetch, render_part
from compliance.consent.models import ConsentRecord
from compliance.requests import reads, services
from compliance.requests.forms import RequestForm
from compliance.requests.models import SubjectRequest
from stewardship.jobs.models import Job

PER_PAGE = 25
VIEW = "compliance.view_subjectrequest"
CHANGE = "compliance.change_subjectrequest"


@door(VIEW)
@require_GET
def board(request: PortalRequest) -> HttpResponse:
    requests = SubjectRequest.objects.visible_to(request.user)
    closed = request.GET.get("closed") == "1"
    rows = requests.filter(state__in=SubjectRequest.CLOSED) if closed else requests.open()
    context = {
        "page": Paginator(rows.select_related("handled_by"), PER_PAGE).get_page(request.GET.get("page")),
        "closed": closed,
        "open_count": requests.open().count(),
        "overdue_count": requests.overdue().count(),
        "consents": ConsentRecord.objects.visible_to(request.user).in_force().count(),
    }
    return render(request, "compliance/board.html", context)


@door("compliance.add_subjectrequest")
@require_http_methods(["GET", "POST"])
def new_request(request: PortalRequest) -> HttpResponse:
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.receive_request(**form.cleaned_data, actor=request.user.username)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(made)
    status = 400 if form.errors else 200
    return render(request, "compliance/request_new.html", {"form": form}, status=status)


@door(VIEW)
@require_GET
def subject_request(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, SubjectRequest, code)
    response = _show(request, row)
    if request.htmx and row.state != SubjectRequest.State.COLLECTING:
        response["HX-Refresh"] = "true"  # the stages and the next step change too
    return response


def _show(request: PortalRequest, row: SubjectRequest, error: str = "") -> HttpResponse:
    job = Job.objects.visible_to(request.user).about(row.job_subject).first()
    context = {
        "row": row,
        "error": error,
        "job": job,
        "steps": reads.shown_steps(reader=request.user, request=row),
        "stages": _stages(row),
    }
    response = render_part(request, "compliance/request.html", "progress", context)
    if error:
        response.status_code = 400
    return response


def _stages(row: SubjectRequest) -> list[tuple[str, str]]:
    """Return (name, done | now | todo) of each stage."""
    names = ["Identity", "Collect", "Review", "Answer"]
    state = SubjectRequest.State
    at = {
        state.RECEIVED: 0,
        state.VERIFIED: 1,
        state.COLLECTING: 1,
        state.ATTENTION: 2,
        state.COLLECTED: 2,
        state.ANSWERED: 4,
        state.REFUSED: 4,
    }[state(row.state)]
    return [
        (name, "done" if number < at else "now" if number == at else "todo")
        for number, name in enumerate(names)
    ]


def _act(
    request: PortalRequest, code: UUID, verb: Callable[..., Any], said: str, **arguments: str
) -> HttpResponse:
    row = fetch(request, SubjectRequest, code, "change")
    try:
        verb(request=row, actor=request.user, **arguments)
    except ValidationError as error:
        return _show(request, row, " ".join(error.messages))
    messages.success(request, said)
    return redirect(row)


@door(CHANGE)
@require_POST
def verify(request: PortalRequest, code: UUID) -> HttpResponse:
    how = request.POST.get("text", "")
    return _act(request, code, services.verify_identity, "Identity noted.", how=how)


@door(CHANGE)
@require_POST
def collect(request: PortalRequest, code: UUID) -> HttpResponse:
    return _act(request, code, services.start_collecting, "Collecting.")


@door(CHANGE)
@require_POST
def extend(request: PortalRequest, code: UUID) -> HttpResponse:
    reason = request.POST.get("text", "")
    return _act(request, code, services.extend_deadline, "Deadline extended.", reason=reason)


@door(CHANGE)
@require_POST
def answer(request: PortalRequest, code: UUID) -> HttpResponse:
    return _act(request, code, services.answer_request, "Closed as answered.")


@door(CHANGE)
@require_POST
def refuse(request: PortalRequest, code: UUID) -> HttpResponse:
    reason = request.POST.get("text", "")
    return _act(request, code, services.refuse_request, "Closed as refused.", reason=reason)


@door(CHANGE)
@require_POST
@never_cache
def package(request: PortalRequest, code: UUID) -> HttpResponse:
    """Hand out the package; a POST, because the audit log notes who took it."""
    row = fetch(request, SubjectRequest, code, "change")
    response = HttpResponse(
        services.take_package(request=row, actor=request.user), content_type="application/zip"
    )
    response["Content-Disposition"] = f'attachment; filename="access-request-{row.pk}.zip"'
    return response
