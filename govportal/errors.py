"""Errors that no view answers: a page for people, a problem document (RFC 9457) for scripts."""

import re
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import defaults

ASSET = re.compile(r"/(?:catalog/assets|lineage)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _problem(request, 404) or _may_ask(request) or defaults.page_not_found(request, exception)


def _may_ask(request: HttpRequest) -> HttpResponse | None:
    """For the address of an asset, whether there is one or not: the page with the way to ask for access."""
    named = ASSET.match(request.path)
    if named is None or not request.user.is_authenticated:
        return None
    return render(request, "errors/404.html", {"ask": named[1]}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _problem(request, 500) or defaults.server_error(request)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _problem(request, 403) or defaults.permission_denied(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _problem(request, 400) or defaults.bad_request(request, exception)


def _problem(request: HttpRequest, status: int) -> HttpResponse | None:
    if not request.path.startswith("/api/"):
        return None
    title = HTTPStatus(status).phrase
    return JsonResponse(
        {"type": "about:blank", "title": title, "status": status},
        status=status,
        content_type="application/problem+json",
    )
