from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from compliance.requests import reads, services
from compliance.requests.models import SubjectRequest
from stewardship.jobs.answers import JobStarted, started

VIEW = "compliance.view_subjectrequest"
CHANGE = "compliance.change_subjectrequest"


class StepOut(serializers.Serializer[Any]):
    """`asset`, `name` and `rows` are null for a table that a policy hides from the caller."""

    asset = serializers.UUIDField(source="asset.code", default=None)
    name = serializers.CharField(source="asset.name", default=None)
    state = serializers.CharField()
    rows = serializers.IntegerField(allow_null=True)
    ways = serializers.ListField(child=serializers.CharField())
    message = serializers.CharField()


class RequestOut(serializers.ModelSerializer[SubjectRequest]):
    steps = serializers.SerializerMethodField()

    class Meta:
        model = SubjectRequest
        fields = [
            "code",
            "kind",
            "law",
            "identifier_kind",
            "identifier",
            "state",
            "received_on",
            "due_on",
            "extended",
            "days_left",
            "verified_how",
            "collected_at",
            "closed_at",
            "package_sha256",
            "steps",
        ]

    def get_steps(self, request: SubjectRequest) -> list[dict[str, Any]]:
        if self.context["view"].action != "retrieve":
            return []
        reader = caller(self.context["request"])
        return [StepOut(s).data for s in reads.shown_steps(reader=reader, request=request)]


class RequestIn(serializers.Serializer[Any]):
    identifier = serializers.EmailField(max_length=254)
    law = serializers.CharField(default="gdpr")
    received_on = serializers.DateField(required=False, allow_null=True, default=None)
    notes = serializers.CharField(required=False, allow_blank=True, default="")


class HowIn(serializers.Serializer[Any]):
    how = serializers.CharField(max_length=300)


class ReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class SubjectRequests(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """What people ask us to tell them about themselves."""

    door = {
        "list": VIEW,
        "retrieve": VIEW,
        "create": "compliance.add_subjectrequest",
        "verify": CHANGE,
        "collect": CHANGE,
        "extend": CHANGE,
        "answer": CHANGE,
        "refuse": CHANGE,
        "package": CHANGE,
    }
    queryset = SubjectRequest.objects.all()
    serializer_class = RequestOut
    filterset_fields = ["state", "law", "identifier"]

    @extend_schema(request=RequestIn, responses={201: RequestOut})
    def create(self, request: Request) -> Response:
        data = RequestIn(data=request.data)
        data.is_valid(raise_exception=True)
        made = services.receive_request(**data.validated_data, actor=caller(request).username)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=HowIn, responses=RequestOut)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, code: str) -> Response:
        return self._act(services.verify_identity, HowIn)

    @extend_schema(request=ReasonIn, responses=RequestOut)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, code: str) -> Response:
        return self._act(services.extend_deadline, ReasonIn)

    @extend_schema(request=ReasonIn, responses=RequestOut)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, code: str) -> Response:
        return self._act(services.refuse_request, ReasonIn)

    @extend_schema(request=None, responses=RequestOut)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, code: str) -> Response:
        return self._act(services.answer_request)

    @extend_schema(request=None, responses={202: JobStarted})
    @action(detail=True, methods=["post"])
    def collect(self, request: Request, code: str) -> Response:
        job = services.start_collecting(request=self.get_object(), actor=caller(request))
        return started(request, job)

    @extend_schema(request=None, responses={(200, "application/zip"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["post"])
    def package(self, request: Request, code: str) -> HttpResponse:
        taken = services.take_package(request=self.get_object(), actor=caller(request))
        return HttpResponse(taken, content_type="application/zip")

    def _act(
        self, verb: Callable[..., SubjectRequest], shape: type[serializers.Serializer[Any]] | None = None
    ) -> Response:
        said: dict[str, Any] = {}
        if shape is not None:
            data = shape(data=self.request.data)
            data.is_valid(raise_exception=True)
            said = data.validated_data
        row = verb(request=self.get_object(), actor=caller(self.request), **said)
        return Response(self.get_serializer(row).data)
