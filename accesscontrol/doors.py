"""Which permission opens a page or an endpoint.

Apart from web.py, because DRF loads its permission classes while it loads itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.renderers import MOST_ROWS, Sheet

if TYPE_CHECKING:
    from rest_framework.views import APIView

    from accesscontrol.identity.models import User

OPEN = "open"  # everybody, signed in or not
SIGNED_IN = "signed in"  # whoever has an account


def opens(permission: str, user: User | AnonymousUser) -> bool:
    if permission == OPEN:
        return True
    if not (user.is_authenticated and user.is_active):
        return False
    return permission == SIGNED_IN or user.has_perm(permission)


class HasDoor(BasePermission):
    """An endpoint's `door` must open: one permission, or one per HTTP method or action."""

    message = "Your roles do not include this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        permission = wanted(view, request)
        return token_allows(request) and opens(permission, request.user)


def wanted(view: APIView, request: Request) -> str:
    """Return the permission that `view` declares for this call; no declaration opens for nobody."""
    declared = getattr(view, "door", None)
    if isinstance(declared, str):
        return declared
    if isinstance(declared, Mapping):
        action = getattr(view, "action", None)
        return str(declared.get(action) or declared.get(request.method or "") or "nobody.may")
    return "nobody.may"


def token_allows(request: Request) -> bool:
    """Return whether the token's scopes cover the call; a session has no scopes."""
    scopes = getattr(request.auth, "scopes", None)
    if scopes is None:
        return True
    if request.method in SAFE_METHODS:
        return bool({"read", "write"} & set(scopes))
    return "write" in scopes


class Pages(PageNumberPagination):
    """Pages of rows; a CSV is one long page, without what a page says of itself."""

    page_size_query_param = "page_size"
    max_page_size = 500

    def get_page_size(self, request: Request) -> int | None:
        return MOST_ROWS if _is_sheet(request) else super().get_page_size(request)

    def get_paginated_response(self, data: Any) -> Response:
        return Response(data) if _is_sheet(self.request) else super().get_paginated_response(data)


def _is_sheet(request: Request | None) -> bool:
    return isinstance(getattr(request, "accepted_renderer", None), Sheet)
