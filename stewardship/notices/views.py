from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch
from stewardship.notices import services
from stewardship.notices.models import Notice

TABS = {"all": "All", "unread": "Unread"}
PER_PAGE = 25


@door(SIGNED_IN)
@require_GET
def notices(request: PortalRequest) -> HttpResponse:
    rows = Notice.objects.visible_to(request.user)
    tab = "unread" if request.GET.get("tab") == "unread" else "all"
    if tab == "unread":
        rows = rows.unread()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "stewardship/notices.html", {"page": page, "tab": tab, "tabs": TABS})


@door(SIGNED_IN)
@require_POST
def read(request: PortalRequest, code: UUID) -> HttpResponse:
    services.mark_read(notice=fetch(request, Notice, code, "change"), reader=request.user)
    return redirect(_where_it_was_pressed(request))


@door(SIGNED_IN)
@require_POST
def read_all(request: PortalRequest) -> HttpResponse:
    number = services.mark_all_read(reader=request.user)
    messages.success(request, f"{number} marked as read.")
    return redirect("notices:list")


def _where_it_was_pressed(request: PortalRequest) -> str:
    """The list with the filter and the page that the address of the button repeats."""
    asked = request.GET.urlencode()
    return f"{reverse('notices:list')}{'?' if asked else ''}{asked}"
