"""Errors that no view answers: a page for people, a problem document (RFC 9457) for scripts."""

import re
from collections.abc import Callable
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


class NotAllowed:
    """Middleware: who opens the address of a button, by hand or by reloading, is told so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        page = render(request, "errors/405.html", status=405)
        page["Allow"] = response["Allow"]
        return page


def _problem(request: HttpRequest, status: int) -> HttpResponse | None:
    if not request.path.startswith("/api/"):
        return None
    title = HTTPStatus(status).phrase
    return JsonResponse(
        {"type": "about:blank", "title": title, "status": status},
        status=status,
        content_type="application/problem+json",
    )
