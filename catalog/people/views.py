from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accesscontrol.display.sheet import sheet
from accesscontrol.identity.models import Team, User
from accesscontrol.web import PortalRequest, door, fetch
from catalog.people import reads
from catalog.people.forms import PeopleFilter

PER_PAGE = 50
MOST_EXPORTED = 10_000
HEADING = ("username", "name", "department", "team", "owns", "steward of")


@door("accesscontrol.discover_user")
@require_GET
def people(request: PortalRequest) -> HttpResponse:
    form = _form(request)
    rows = reads.people(reader=request.user, **form.chosen())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = {"form": form, "page": page, "lines": reads.with_counts(request.user, page)}
    return render(request, "catalog/people.html", shown)


@door("accesscontrol.discover_user")
@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """The same list as CSV."""
    rows = reads.people(reader=request.user, **_form(request).chosen())[:MOST_EXPORTED]
    lines = (
        [one.username, one.get_full_name(), one.department, one.team, owned, stewarded]
        for one, owned, stewarded in reads.with_counts(request.user, rows)
    )
    response = HttpResponse(sheet(HEADING, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="people-{timezone.now():%Y-%m-%d}.csv"'
    return response


def _form(request: PortalRequest) -> PeopleFilter:
    teams = Team.objects.visible_to(request.user, "discover").order_by("name").values_list("name", flat=True)
    return PeopleFilter(request.GET, teams=teams, departments=reads.departments(request.user))


@door("accesscontrol.discover_user")
@require_GET
def person(request: PortalRequest, code: UUID) -> HttpResponse:
    """What a person answers for, and did lately."""
    row = fetch(request, User, code, "discover")
    shown = {"person": row, "answers": reads.answers(reader=request.user, person=row)}
    return render(request, "catalog/person.html", shown)


@door("accesscontrol.discover_team")
@require_GET
def teams(request: PortalRequest) -> HttpResponse:
    return render(request, "catalog/teams.html", {"teams": reads.teams(request.user)})


@door("accesscontrol.discover_team")
@require_GET
def team(request: PortalRequest, code: UUID) -> HttpResponse:
    """Who is in a team, and what it answers for."""
    row = fetch(request, Team, code, "discover")
    page = Paginator(reads.of_team(request.user, row), PER_PAGE).get_page(request.GET.get("page"))
    members = reads.people(reader=request.user, team=row.name)
    shown = {"team": row, "page": page, "members": reads.with_counts(request.user, members)}
    return render(request, "catalog/team.html", shown)
