from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.display.sheet import sheet
from accesscontrol.web import SIGNED_IN, PortalRequest, door
from stewardship.following import reads, services
from stewardship.subjects.reads import Subject, find
from stewardship.subjects.registry import KINDS

PER_PAGE = 50
MOST_EXPORTED = 10_000
HEADING = ("kind", "code", "name", "address", "since")


@door(SIGNED_IN)
@require_GET
def following(request: PortalRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    rows = reads.followed(reader=request.user, kind=kind)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    kinds = [(each.name, each.label) for each in KINDS.values() if each.is_followed]
    shown = {"page": page, "lines": reads.with_subjects(request.user, page), "kind": kind, "kinds": kinds}
    return render(request, "stewardship/following.html", shown)


@door(SIGNED_IN)
@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """The same list as CSV."""
    rows = reads.followed(reader=request.user, kind=request.GET.get("kind", ""))[:MOST_EXPORTED]
    lines = [
        (
            subject.kind.name,
            row.about_code,
            subject.title,
            subject.url,
            row.created_at.isoformat(timespec="seconds"),
        )
        for row, subject in reads.with_subjects(request.user, rows)
    ]
    response = HttpResponse(sheet(HEADING, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="following-{timezone.now():%Y-%m-%d}.csv"'
    return response


@door(SIGNED_IN)
@require_POST
def follow(request: PortalRequest, about: str, code: UUID) -> HttpResponse:
    subject = _subject(request, about, code)
    services.follow(subject=subject, actor=request.user)
    return _back(request, subject)


@door(SIGNED_IN)
@require_POST
def unfollow(request: PortalRequest, about: str, code: UUID) -> HttpResponse:
    subject = _subject(request, about, code)
    services.unfollow(subject=subject, actor=request.user)
    return _back(request, subject)


def _subject(request: PortalRequest, about: str, code: UUID) -> Subject:
    subject = find(reader=request.user, kind=about, code=code)
    if subject is None:
        raise Http404("There is no such thing here.")
    return subject


def _back(request: PortalRequest, subject: Subject) -> HttpResponse:
    """To the page on which the button was pressed; htmx gets the button as it is now."""
    if request.htmx:
        name, code = subject.about
        part = {"kind": name, "code": code}
        part["is_followed"] = reads.is_followed(reader=request.user, kind=name, code=code)
        return render(request, "stewardship/parts/follow.html", {"part": part})
    asked = request.POST.get("next", "")
    safe = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, {request.get_host()})
    return redirect(asked if safe else subject.url)
