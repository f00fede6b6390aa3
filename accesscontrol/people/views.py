from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.audit.models import Entry
from accesscontrol.identity.forms import TokenForm
from accesscontrol.identity.models import User
from accesscontrol.identity.services import issue_token, revoke_token
from accesscontrol.people import reads, services
from accesscontrol.people.forms import NewPersonForm, PersonFilter, PersonForm, described
from accesscontrol.refusal import Refused
from accesscontrol.web import PortalRequest, door, fetch, fetch_from, render_part


@door("accesscontrol.view_user")
@require_GET
def people(request: PortalRequest) -> HttpResponse:
    asked = {"state": "active", **request.GET.dict()}  # closed accounts show when they are asked for
    form = PersonFilter(asked, departments=reads.departments())
    found = reads.people(reader=request.user, **form.chosen())
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    shown = {"form": form, "page": page, "all_powerful": reads.count_of_all_powerful()}
    return render_part(request, "accesscontrol/people.html", "rows", shown)


@door("accesscontrol.view_user")
@require_GET
def person(request: PortalRequest, code: UUID) -> HttpResponse:
    return _page(request, fetch(request, User, code))


def _page(request: PortalRequest, found: User, status: int = 200, **more: Any) -> HttpResponse:
    """Answer with the page; `more` may hold a secret that is shown this once, or a form with faults."""
    shown = {
        "person": found,
        "roles": found.groups.order_by("name"),
        "tokens": reads.tokens_of(found),
        "grants": reads.grants_of(found, reader=request.user),
        "entries": Entry.objects.visible_to(request.user).about("user", str(found.code))[:10],
        "token_form": TokenForm(),
        **more,
    }
    return render(request, "accesscontrol/person.html", shown, status=status)


@door("accesscontrol.add_user")
@require_http_methods(["GET", "POST"])
@never_cache
def create(request: PortalRequest) -> HttpResponse:
    """Make an account; a person's link to choose a password is shown this once, and is in no address."""
    form = NewPersonForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.create_person(actor=request.user, **form.values())
        except ValidationError as error:
            form.refuse(error)
        else:
            link = "" if made.is_service else _link(made, request)
            return _page(request, made, link=link, is_new=True)
    status = 400 if form.errors else 200
    return render(request, "accesscontrol/person_form.html", {"form": form}, status=status)


@door("accesscontrol.change_user")
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, User, code, "change")
    form = PersonForm(request.POST or None, initial=described(found))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_person(person=found, actor=request.user, **form.values())
        except ValidationError as error:
            form.refuse(error)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Saved {found.label}. It counts at once.")
            return redirect(found)
    shown = {"form": form, "person": found}
    return render(request, "accesscontrol/person_form.html", shown, status=400 if form.errors else 200)


@door("accesscontrol.change_user")
@require_POST
def deactivate(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, User, code, "change")
    services.deactivate_person(person=found, actor=request.user)
    messages.success(request, f"Closed the account of {found.label}. Sessions and tokens ended.")
    return redirect(found)


@door("accesscontrol.change_user")
@require_POST
def reactivate(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, User, code, "change")
    services.reactivate_person(person=found, actor=request.user)
    messages.success(request, f"Opened the account of {found.label} again.")
    return redirect(found)


@door("accesscontrol.change_user")
@require_POST
@never_cache
def new_link(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, User, code, "change")
    return _page(request, found, link=_link(found, request))


def _link(found: User, request: PortalRequest) -> str:
    return f"{settings.PORTAL_URL}{services.password_link(person=found, actor=request.user)}"


@door("accesscontrol.change_user")
@require_POST
@never_cache
def give_token(request: PortalRequest, code: UUID) -> HttpResponse:
    """Make a token for a service account, which cannot sign in to make its own."""
    found = fetch(request, User, code, "change")
    if not (found.is_service and found.is_active):
        raise Refused("Only an open service account is given tokens; people make their own.")
    services.refuse_stronger(person=found, actor=request.user)
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=400, token_form=form)
    arguments: dict[str, Any] = form.issue_arguments()
    _, secret = issue_token(user=found, actor=request.user.username, **arguments)
    return _page(request, found, secret=secret)


@door("accesscontrol.change_user")
@require_POST
def end_token(request: PortalRequest, code: UUID, token: UUID) -> HttpResponse:
    found = fetch(request, User, code, "change")
    ended = fetch_from(reads.tokens_of(found), token)
    revoke_token(token=ended, actor=request.user.username)
    messages.success(request, f"Revoked {ended.name}.")
    return redirect(found)
