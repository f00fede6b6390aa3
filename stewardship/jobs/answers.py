"""What every endpoint answers that starts long work: 202, and where to look."""

from typing import Any

from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from stewardship.jobs.models import Job


class JobStarted(serializers.Serializer[Any]):
    """The job that does the work; `url` tells how far it is."""

    job = serializers.UUIDField()
    state = serializers.CharField()
    url = serializers.URLField()


def started(request: Request, job: Job) -> Response:
    url = reverse("api-job-detail", args=[job.code], request=request)
    body = JobStarted({"job": job.code, "state": job.state, "url": url})
    return Response(body.data, status=status.HTTP_202_ACCEPTED)
