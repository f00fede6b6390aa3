from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accesscontrol.display.sheet import sheet
from accesscontrol.policy.querysets import governed_model
from accesscontrol.policy.why import why as why_may
from accesscontrol.reach import names
from accesscontrol.reach.forms import ActionForm, WhatForm, WhoForm
from accesscontrol.reach.what import what as what_can
from accesscontrol.reach.who import Person, Who
from accesscontrol.reach.who import others as others_of
from accesscontrol.reach.who import who as who_can
from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch, fetch_from

PER_PAGE = 50
PEOPLE_SHOWN = 50  # of each reason; the file has everybody
HEADING = ("User", "Name", "Department", "Roles", "Action", "Let in by", "Policies")


@door("accesscontrol.explain_policy")
@require_GET
def index(request: PortalRequest) -> HttpResponse:
    """Two questions; a good one leads to the page that answers it."""
    who_form = WhoForm(request.GET if "asset" in request.GET else None, reader=request.user)
    what_form = WhatForm(request.GET if "user" in request.GET else None)
    if who_form.is_valid():
        return _to("reach:who", who_form.cleaned_data["asset"].code, who_form.chosen())
    if what_form.is_valid():
        return _to("reach:what", what_form.cleaned_data["user"].username, what_form.chosen())
    return render(request, "accesscontrol/reach.html", {"who_form": who_form, "what_form": what_form})


def _to(name: str, code: Any, action: str) -> HttpResponse:
    return redirect(f"{reverse(name, args=[code])}?action={action}")


@door("accesscontrol.explain_policy")
@require_GET
def who(request: PortalRequest, code: UUID) -> HttpResponse:
    """Everybody who may; as a file with ?format=csv."""
    asset = fetch(request, governed_model("asset"), code)
    form = ActionForm(request.GET)
    found, action = who_can(asset, form.chosen()), form.chosen()
    if request.GET.get("format") == "csv":
        return _file(found, action)
    shown = {"asset": asset, "form": ActionForm({"action": action}), "action": action, "who": found}
    return render(request, "accesscontrol/reach_who.html", {**shown, "most": PEOPLE_SHOWN})


@door("accesscontrol.explain_policy")
@require_GET
def others(request: PortalRequest, code: UUID) -> HttpResponse:
    """The section that counts why everybody else may not."""
    asset = fetch(request, governed_model("asset"), code)
    shown = {"reasons": others_of(asset, ActionForm(request.GET).chosen())}
    return render(request, "accesscontrol/reach_others.html", shown)


def _file(found: Who, action: str) -> HttpResponse:
    rows = [
        (*_columns(one), action, group.reason.kind, group.reason.words)
        for group in found.groups
        for one in group.people
    ]
    response = HttpResponse(sheet(HEADING, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="access-{timezone.now():%Y-%m-%d}.csv"'
    return response


def _columns(one: Person) -> tuple[str, ...]:
    return one.username, one.name, one.department, ", ".join(one.roles)


@door("accesscontrol.explain_policy")
@require_GET
def what(request: PortalRequest, username: str) -> HttpResponse:
    person = names.person_named(username)
    if person is None:
        raise Http404("There is no user of this name.")
    action = ActionForm(request.GET).chosen()
    found = what_can(person, request.user, action)
    page = Paginator(found.rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = {"person": person, "form": ActionForm({"action": action}), "action": action}
    return render(request, "accesscontrol/reach_what.html", {**shown, "what": found, "page": page})


@door(SIGNED_IN)
@require_GET
def why(request: PortalRequest, code: UUID) -> HttpResponse:
    """Why the reader may or may not, without anybody else's values."""
    asset = fetch_from(names.known_to(request.user), code)
    answers = [(name, why_may(request.user, asset, name)) for name in ("view", "change")]
    shown = [(name, found, found.alternatives()) for name, found in answers if found]
    seen = any(found.allowed for name, found, _ in shown if name == "view")
    return render(request, "accesscontrol/reach_why.html", {"asset": asset, "answers": shown, "seen": seen})
