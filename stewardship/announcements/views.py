from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.display.sheet import sheet
from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch
from stewardship.announcements import reads, services
from stewardship.announcements.forms import AnnouncementForm
from stewardship.announcements.models import Announcement
from stewardship.subjects.reads import Subject, find

PER_PAGE = 25
MOST_EXPORTED = 10_000
HEADING = ("code", "kind", "about", "severity", "state", "from", "until", "by", "title", "text")


@door(SIGNED_IN)
@require_GET
def announcements(request: PortalRequest) -> HttpResponse:
    state = _state(request)
    rows = reads.announcements(reader=request.user, state=state)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "lines": reads.with_subjects(request.user, page),
        "endable": reads.endable(request.user, page),
        "may_announce": bool(reads.places(request.user)),
        "state": state,
        "states": reads.STATES,
    }
    return render(request, "stewardship/announcements.html", shown)


@door(SIGNED_IN)
@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """The same list as CSV."""
    rows = reads.announcements(reader=request.user, state=_state(request))[:MOST_EXPORTED]
    lines = (_row(each, subject) for each, subject in reads.with_subjects(request.user, rows))
    response = HttpResponse(sheet(HEADING, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="announcements-{timezone.now():%Y-%m-%d}.csv"'
    return response


def _row(row: Announcement, subject: Subject | None) -> list[object]:
    about = (subject.kind.name, subject.title) if subject else ("", "everybody")
    until = row.until.isoformat(timespec="seconds") if row.until else None
    said = (row.author.username, row.title, row.text)
    return [
        row.code,
        *about,
        row.severity,
        row.state,
        row.begins_at.isoformat(timespec="seconds"),
        until,
        *said,
    ]


def _state(request: PortalRequest) -> str:
    asked = request.GET.get("state", "live")
    return asked if asked in reads.STATES else "live"


@door(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def create(request: PortalRequest) -> HttpResponse:
    """Announce on the thing that the address names, or somewhere else that the reader may."""
    subject = _named(request)
    places = reads.places(request.user, subject)
    form = AnnouncementForm(request.POST or None, places=places)
    if not places:
        raise PermissionDenied
    if form.is_valid():
        try:
            row = services.announce(actor=request.user, **form.said())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            later = "It shows from then on." if row.state == "scheduled" else "It shows at once."
            messages.success(request, f"Announced. {later}")
            where = form.said()["subject"]
            return redirect(where.url if where else "announcements:list")
    shown = {"form": form, "subject": subject}
    return render(request, "stewardship/announcement_form.html", shown, status=400 if form.errors else 200)


def _named(request: PortalRequest) -> Subject | None:
    try:
        code = UUID(request.GET.get("code", ""))
    except ValueError:
        return None
    return find(reader=request.user, kind=request.GET.get("about", ""), code=code)


@door(SIGNED_IN)
@require_POST
def end(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Announcement, code, "change")
    services.end(announcement=row, actor=request.user)
    messages.success(request, "Ended.")
    return redirect("announcements:list")
