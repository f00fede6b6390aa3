from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch, render_part
from stewardship.jobs import services
from stewardship.jobs.models import Job

PER_PAGE = 25
STOP_POLLING = 286  # htmx's own status: swap, and do not ask again


@door(SIGNED_IN)
@require_GET
def jobs(request: PortalRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    rows = Job.objects.visible_to(request.user)
    if state in Job.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.busy = any(job.is_unfinished for job in page)  # type: ignore[attr-defined]
    context = {"page": page, "state": state, "states": Job.State.choices}
    return render_part(request, "stewardship/jobs.html", "rows", context)


@door(SIGNED_IN)
@require_GET
def job(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Job, code)
    mine = Job.objects.visible_to(request.user, "change")
    context = {"job": row, "may_cancel": mine.filter(pk=row.pk).exists()}
    response = render_part(request, "stewardship/job.html", "state", context)
    if request.htmx and not row.is_unfinished:
        response.status_code = STOP_POLLING
        response["HX-Refresh"] = "true"  # its head, its button and its result change too
    return response


@door(SIGNED_IN)
@require_POST
def cancel(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Job, code, "change")
    services.cancel_job(job=row, actor=request.user.username)
    return redirect(row)
