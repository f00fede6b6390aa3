from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import SIGNED_IN, DoorViewSet, caller
from stewardship.jobs import services
from stewardship.jobs.models import Job


class JobOut(serializers.ModelSerializer[Job]):
    title = serializers.CharField(source="label")

    class Meta:
        model = Job
        fields = [
            "code",
            "kind",
            "title",
            "subject",
            "actor",
            "state",
            "done",
            "total",
            "message",
            "log",
            "result",
            "attempt",
            "created_at",
            "started_at",
            "heartbeat_at",
            "finished_at",
        ]


class Jobs(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Long work, and how far it is."""

    door = SIGNED_IN
    queryset = Job.objects.all()
    serializer_class = JobOut
    filterset_fields = ["state", "kind", "subject"]
    writing_actions = frozenset({"cancel"})

    @extend_schema(request=None, responses=JobOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, code: str) -> Response:
        job = self.get_object()
        services.cancel_job(job=job, actor=caller(request).username)
        job.refresh_from_db()
        return Response(JobOut(job).data)
