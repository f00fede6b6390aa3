from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accesscontrol.web import OPEN, SIGNED_IN, PortalRequest, door
from stewardship.approvals.inbox import waiting_for
from stewardship.home.parts import filled
from stewardship.notices.reads import unread_count

THEMES = {"light", "dark", ""}
A_YEAR = 365 * 24 * 60 * 60


@door(SIGNED_IN)
@require_GET
def home(request: PortalRequest) -> HttpResponse:
    return render(request, "govportal/home.html", {"parts": filled(request.user)})


@door(SIGNED_IN)
@require_GET
def counts(request: PortalRequest) -> HttpResponse:
    """The inbox and the bell of the top bar, with how much waits and is unread; asked for by every page."""
    counted = {"waiting": waiting_for(request.user), "unread": unread_count(request.user)}
    return render(request, "parts/counted.html", counted)


@door(OPEN)
@require_POST
def theme(request: PortalRequest) -> HttpResponse:
    """Remember light, dark or the system's choice in a cookie, and go back."""
    chosen = request.POST.get("theme", "")
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    response = redirect(back if safe else "/")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=A_YEAR, samesite="Lax", httponly=True)
    return response


class ApiSchema(SpectacularAPIView):
    """The OpenAPI document."""

    door = SIGNED_IN


class ApiDocs(SpectacularSwaggerSplitView):
    """Swagger UI from our own origin, without a line of inline script or style."""

    door = SIGNED_IN
    url_name = "schema"
    template_name = "govportal/api_docs.html"
