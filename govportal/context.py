"""What every page knows: where the reader may go, what waits for them, and what they were told."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from accesscontrol.breakglass.models import Emergency
from accesscontrol.breakglass.reads import emergency_of
from accesscontrol.policy.reads import in_emergency
from accesscontrol.tabs import tabs
from accesscontrol.web import caller, opens
from stewardship.approvals.inbox import waiting_for
from stewardship.notices.reads import unread_count

ACCESS = "access"  # no page of its own: the first tab that the reader may open
NAVIGATION = [
    ("Catalog", "catalog:search", "catalog.view_asset"),
    ("Sources", "sources:list", "catalog.view_source"),
    ("Lineage", "lineage:index", "catalog.view_asset"),
    ("Quality", "quality:board", "quality.view_rule"),
    ("Compliance", "compliance:board", "compliance.view_subjectrequest"),
    ("Models", "ml:models", "mlgovernance.view_modelversion"),
    ("Access", ACCESS, "signed in"),
    ("Audit", "audit:log", "accesscontrol.view_entry"),
    ("Jobs", "jobs:list", "signed in"),
]


def portal(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "inbox_count": 0, "notice_count": 0, "theme": request.COOKIES.get("theme", "")}
    return {
        "nav": list(_navigation(request)),
        "inbox_count": SimpleLazyObject(lambda: _waiting(request)),
        "notice_count": SimpleLazyObject(lambda: unread_count(caller(request))),
        "emergency": SimpleLazyObject(lambda: _emergency(request)),
        "theme": request.COOKIES.get("theme", ""),
    }


def _emergency(request: HttpRequest) -> Emergency | None:
    """Return the reader's live emergency; a question of its own only for who is in one."""
    reader = caller(request)
    return emergency_of(reader) if in_emergency(reader) else None


def _waiting(request: HttpRequest) -> int:
    reader = caller(request)
    return waiting_for(reader)


def _navigation(request: HttpRequest) -> Iterator[dict[str, Any]]:
    for label, name, permission in NAVIGATION:
        url = _address(request, name) if opens(permission, request.user) else ""
        if url:
            area = f"/{url.split('/')[1]}/"
            yield {"label": label, "url": url, "current": request.path.startswith(area)}


def _address(request: HttpRequest, name: str) -> str:
    """Return where a menu entry leads; nowhere while its page does not exist or is not the reader's."""
    if name == ACCESS:
        return next((tab.url for tab in tabs(request.user, request.path)), "")
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
