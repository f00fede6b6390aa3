from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import Team, User
from accesscontrol.teams import services
from accesscontrol.teams.forms import MemberForm, TeamForm
from accesscontrol.web import PortalRequest, door, fetch, fetch_from


@door("accesscontrol.view_team")
@require_GET
def teams(request: PortalRequest) -> HttpResponse:
    return _list(request, TeamForm())


def _list(request: PortalRequest, form: TeamForm) -> HttpResponse:
    rows = Team.objects.visible_to(request.user).annotate(size=Count("members")).order_by("name")
    status = 400 if form.errors else 200
    return render(request, "accesscontrol/teams.html", {"teams": rows, "form": form}, status=status)


@door("accesscontrol.add_team")
@require_POST
def create(request: PortalRequest) -> HttpResponse:
    form = TeamForm(request.POST)
    if form.is_valid():
        try:
            made = services.create_team(name=form.cleaned_data["name"], actor=request.user.username)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Created {made.name}. Add its members.")
            return redirect(made)
    return _list(request, form)


@door("accesscontrol.view_team")
@require_GET
def team(request: PortalRequest, code: UUID) -> HttpResponse:
    return _page(request, fetch(request, Team, code))


def _page(
    request: PortalRequest, found: Team, name: TeamForm | None = None, member: MemberForm | None = None
) -> HttpResponse:
    shown = {
        "team": found,
        "members": found.members.order_by("username"),
        "name_form": name or TeamForm(initial={"name": found.name}),
        "member_form": member or MemberForm(reader=request.user),
        "entries": Entry.objects.visible_to(request.user).about("team", str(found.code))[:10],
    }
    return render(request, "accesscontrol/team.html", shown, status=400 if name or member else 200)


@door("accesscontrol.change_team")
@require_POST
def rename(request: PortalRequest, code: UUID) -> HttpResponse:
    found, form = fetch(request, Team, code, "change"), TeamForm(request.POST)
    if form.is_valid():
        try:
            services.rename_team(team=found, name=form.cleaned_data["name"], actor=request.user.username)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(found)
    return _page(request, found, name=form)


@door("accesscontrol.delete_team")
@require_POST
def delete(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, Team, code, "delete")
    services.delete_team(team=found, actor=request.user.username)
    messages.success(request, f"Deleted {found.name}.")
    return redirect("teams:list")


@door("accesscontrol.change_team")
@require_POST
def add_member(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, Team, code, "change")
    form = MemberForm(request.POST, reader=request.user)
    if not form.is_valid():
        return _page(request, found, member=form)
    person = form.cleaned_data["person"]
    services.add_member(team=found, person=person, actor=request.user)
    messages.success(request, f"{person.label} is in {found.name} now.")
    return redirect(found)


@door("accesscontrol.change_team")
@require_POST
def remove_member(request: PortalRequest, code: UUID, person: UUID) -> HttpResponse:
    found = fetch(request, Team, code, "change")
    member: User = fetch_from(found.members.all(), person)
    services.remove_member(team=found, person=member, actor=request.user)
    messages.success(request, f"{member.label} left {found.name}.")
    return redirect(found)
