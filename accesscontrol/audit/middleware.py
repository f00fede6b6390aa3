from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accesscontrol.audit import context


class AuditContextMiddleware:
    """Remember where a request comes from, and give it an id that its answer and its facts carry."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        here = context.of_request(request)
        context.enter(here)
        try:
            response = self.get_response(request)
        finally:
            context.enter(context.Context())
        response["X-Request-ID"] = here.request_id or ""
        return response
