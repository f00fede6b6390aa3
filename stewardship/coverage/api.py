from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.refusal import Refused
from accesscontrol.web import DoorApi, caller
from stewardship.coverage import reads, services
from stewardship.jobs.answers import JobStarted, started


class CoverageApi(DoorApi):
    """What the policies in force are worth: the last report; to post asks for a new one."""

    door = {"GET": "stewardship.view_coveragereport", "POST": "stewardship.add_coveragereport"}

    @extend_schema(responses={200: dict[str, Any]})
    def get(self, request: Request) -> Response:
        shown = reads.shown(caller(request))
        measured = shown.last.finished_at if shown.last else None
        return Response({"measured_at": measured, "stale": shown.stale, "result": shown.result or None})

    @extend_schema(request=None, responses={202: JobStarted})
    def post(self, request: Request) -> Response:
        report = services.request_coverage(actor=caller(request).username)
        if report.job is None:
            raise Refused("Its job is gone; ask again.")
        return started(request, report.job)
