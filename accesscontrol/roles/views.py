from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import User
from accesscontrol.roles import reads, services
from accesscontrol.roles.forms import PermissionsForm, RoleFilter, RoleNameForm
from accesscontrol.roles.models import Role
from accesscontrol.web import PortalRequest, door


@door("accesscontrol.view_role")
@require_GET
def roles(request: PortalRequest) -> HttpResponse:
    form = RoleFilter(request.GET, areas=reads.areas())
    listed = list(reads.roles(reader=request.user))
    shown = {"form": form, "roles": listed, "floors": _matrix(listed, **form.chosen())}
    return render(request, "accesscontrol/roles.html", shown)


def _matrix(listed: list[Role], words: str, floor: str) -> list[dict[str, Any]]:
    """Return the floors with a row for each permission and a cell for each role."""
    held = reads.permissions_of(listed)
    return [
        {
            "title": each.title,
            "rows": [
                (ability, [ability.key in held[role.pk] for role in listed]) for ability in each.abilities
            ],
        }
        for each in reads.floors(words, floor)
    ]


@door("accesscontrol.view_role")
@require_GET
def role(request: PortalRequest, number: int) -> HttpResponse:
    return _page(request, _found(request, number))


def _found(request: PortalRequest, number: int) -> Role:
    found = reads.roles(reader=request.user).filter(pk=number).first()
    if found is None:
        raise Http404("There is no such role.")
    return found


def _page(request: PortalRequest, found: Role, name: RoleNameForm | None = None) -> HttpResponse:
    held = reads.permissions_of([found])[found.pk]
    shown = {
        "role": found,
        "floors": [(each, [(one, one.key in held) for one in each.abilities]) for each in reads.floors()],
        "count": len(held),
        "people": User.objects.visible_to(request.user).filter(groups=found).order_by("username"),
        "naming": reads.policies_naming("user.roles", found.name),
        "name_form": name or RoleNameForm(initial={"name": found.name}),
        "entries": Entry.objects.visible_to(request.user).about("role", str(found.pk))[:10],
    }
    return render(request, "accesscontrol/role.html", shown, status=400 if name else 200)


@door("accesscontrol.add_role")
@require_http_methods(["GET", "POST"])
def create(request: PortalRequest) -> HttpResponse:
    form = RoleNameForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.create_role(name=form.cleaned_data["name"], actor=request.user.username)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Created {made.name}. Choose what it includes.")
            return redirect(made)
    status = 400 if form.errors else 200
    return render(request, "accesscontrol/role_form.html", {"form": form}, status=status)


@door("accesscontrol.change_role")
@require_POST
def change(request: PortalRequest, number: int) -> HttpResponse:
    found = _found(request, number)
    known = [each.key for floor in reads.floors() for each in floor.abilities]
    form = PermissionsForm(request.POST, known=known)
    if not form.is_valid():
        raise Http404("There is no such permission.")
    chosen = form.cleaned_data["permissions"]
    services.change_permissions(role=found, permissions=chosen, actor=request.user.username)
    messages.success(request, f"Saved what {found.name} includes. It counts at once.")
    return redirect(found)


@door("accesscontrol.change_role")
@require_POST
def rename(request: PortalRequest, number: int) -> HttpResponse:
    found, form = _found(request, number), RoleNameForm(request.POST)
    if form.is_valid():
        try:
            services.rename_role(role=found, name=form.cleaned_data["name"], actor=request.user.username)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(found)
    return _page(request, found, form)


@door("accesscontrol.delete_role")
@require_POST
def delete(request: PortalRequest, number: int) -> HttpResponse:
    found = _found(request, number)
    services.delete_role(role=found, actor=request.user.username)
    messages.success(request, f"Deleted the role {found.name}.")
    return redirect("roles:list")
