"""The portal of this machine: its own API in this process, in the name of one of its people."""

from io import BytesIO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404
from django.template.response import SimpleTemplateResponse
from django.urls import resolve

from accesscontrol.identity.models import User
from govportal.administrators import administrators
from govportal.client import Answer, NotFound, PortalError
from govportal.client.connection import Sent
from govportal.client.errors import refusal
from govportal.commandline import worker_is_up
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job

BEGUN = {201, 202}  # the answers after which a job may be waiting


class LocalConnection:
    """Calls the API's views as `user`; policies and roles decide as they do for a request from outside."""

    def __init__(self, user: User) -> None:
        self.user = user

    def send(self, sent: Sent) -> Answer:
        request = WSGIRequest(_environ(sent))
        request._force_auth_user = self.user  # type: ignore[attr-defined]  # as DRF's own test client does
        try:
            found = resolve(request.path_info)
        except Http404:
            raise NotFound("This portal has no such address.", 404) from None
        response = found.func(request, *found.args, **found.kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
        if response.status_code in BEGUN:
            self._work()
        if response.status_code >= 400:
            raise refusal(response.status_code, response.content)
        return Answer(response.status_code, dict(response.items()), BytesIO(response.content))

    def _work(self) -> None:
        """Where no worker is up, what was asked for is done here."""
        waiting = Job.objects.filter(actor=self.user.username, state=Job.State.QUEUED).order_by("pk")
        for pk in [] if worker_is_up() else list(waiting.values_list("pk", flat=True)):
            run_job(job_id=pk)


def _environ(sent: Sent) -> dict[str, object]:
    home = urlsplit(settings.PORTAL_URL)
    address = urlsplit(sent.address)
    return {
        "REQUEST_METHOD": sent.method,
        "PATH_INFO": address.path,
        "QUERY_STRING": address.query,
        "CONTENT_TYPE": sent.content_type,
        "CONTENT_LENGTH": str(len(sent.content or b"")),
        "HTTP_ACCEPT": sent.accept,
        "HTTP_HOST": home.netloc,
        "wsgi.url_scheme": home.scheme,
        "wsgi.input": BytesIO(sent.content or b""),
    }


def connection(username: str) -> LocalConnection:
    """In the name of `username`, else of the only administrator; raises PortalError."""
    if username:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise PortalError(f"There is no active account “{username}”.")
        return LocalConnection(user)
    found = list(administrators()[:2])
    if len(found) != 1:
        raise PortalError("Say in whose name: --as USER.")
    return LocalConnection(found[0])
