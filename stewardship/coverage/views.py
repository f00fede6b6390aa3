from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.web import PortalRequest, door, render_part
from stewardship.coverage import reads, services


@door("stewardship.view_coveragereport")
@require_GET
def report(request: PortalRequest) -> HttpResponse:
    context = {"shown": reads.shown(request.user)}
    return render_part(request, "stewardship/coverage.html", "coverage", context)


@door("stewardship.add_coveragereport")
@require_POST
def measure(request: PortalRequest) -> HttpResponse:
    services.request_coverage(actor=request.user.username)
    return redirect("coverage:report")
