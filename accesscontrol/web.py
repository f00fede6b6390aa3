"""The door: every page and endpoint declares the permission that opens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accesscontrol.doors import OPEN, SIGNED_IN, opens
from accesscontrol.refusal import Refused
from accesscontrol.renderers import Sheet

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

View = Callable[..., HttpResponseBase]
M = TypeVar("M", bound=models.Model)

__all__ = [
    "OPEN",
    "SIGNED_IN",
    "DoorApi",
    "DoorViewSet",
    "PortalRequest",
    "caller",
    "declare",
    "door",
    "fetch",
    "fetch_from",
    "opens",
    "render_part",
]


class PortalRequest(HttpRequest):
    """A request behind a door: its user is one of ours."""

    user: User
    htmx: HtmxDetails


def door(permission: str) -> Callable[[View], View]:
    """Let in who holds `permission` ("app.action_model", OPEN or SIGNED_IN); others sign in or get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if permission != OPEN and request.user.is_anonymous:
                return _to_login(request)
            if not opens(permission, request.user):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except Refused as refusal:
                return render(request, "errors/refused.html", {"reason": refusal}, status=409)

        guarded.door = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _to_login(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in; a part of a page that asks too late is answered by its page, which leads there."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())


def declare(view: View, permission: str) -> View:
    """Name the door of a library's view that checks for itself."""
    view.door = permission  # type: ignore[attr-defined]
    return view


def render_part(request: HttpRequest, template: str, part: str, context: Mapping[str, Any]) -> HttpResponse:
    """Render `template`, or only its partial `part` when htmx asks for that part."""
    htmx = getattr(request, "htmx", None)
    name = f"{template}#{part}" if htmx and htmx.target == part else template
    return render(request, name, dict(context))


class DoorApi(APIView):
    """An endpoint behind a door; `fetch` finds an object as the caller may see it, or 404."""

    door: ClassVar[str | Mapping[str, str]]

    def fetch(self, model: type[M], code: UUID | str, action: str = "view") -> M:
        return fetch(self.request, model, code, action)


def caller(request: Request | HttpRequest) -> User:
    """Return who calls; behind a door it is one of our users."""
    return cast("User", request.user)


def fetch(request: Request | HttpRequest, model: type[M], code: UUID | str, action: str = "view") -> M:
    """Return the row with public `code` if the caller may see it; else 404.

    Raises `PermissionDenied` when the row may be seen but not be the object of `action`.
    """
    found: M = _found(model._default_manager.all(), request, code, action)
    return found


def fetch_from(rows: models.QuerySet[M], code: UUID | str) -> M:
    """Return the row with public `code` of rows that are already the caller's to see; else 404."""
    found = rows.filter(code=code).first()
    if found is None:
        raise Http404("There is no such thing here.")
    return found


def _found(rows: Any, request: Request | HttpRequest, code: UUID | str, action: str) -> Any:
    found = rows.visible_to(request.user, action).filter(code=code).first()
    if found is not None:
        return found
    if action != "view" and rows.visible_to(request.user).filter(code=code).exists():
        raise PermissionDenied("You may see this, but not change it.")
    raise Http404("There is no such thing here.")


class DoorViewSet(GenericViewSet[Any]):
    """A set of endpoints over one guarded model; combine with DRF's mixins.

    `door` maps DRF actions ("list", "create", …) to permissions. Rows come from `visible_to`, with
    404 for what the caller may not see and 403 for what may be seen but not be the object of the action.
    """

    door: ClassVar[str | Mapping[str, str]]
    lookup_field = "code"
    lookup_value_converter = "uuid"
    writing_actions: ClassVar[frozenset[str]] = frozenset({"update", "partial_update", "destroy"})

    def get_renderers(self) -> list[BaseRenderer]:
        """Return those of every endpoint; rows can be had as CSV, too."""
        usual = super().get_renderers()
        return [*usual, Sheet()] if self.action == "list" else usual

    def get_queryset(self) -> models.QuerySet[Any]:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.request.user)  # type: ignore[no-any-return]

    def get_object(self) -> Any:
        action = "change" if self.action in self.writing_actions else "view"
        rows: Any = super().get_queryset()
        return _found(rows, self.request, self.kwargs[self.lookup_field], action)
