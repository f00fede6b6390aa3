from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers
from rest_framework.exceptions import APIException, UnsupportedMediaType, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accesscontrol.identity.authentication import TokenAuthentication
from accesscontrol.web import DoorApi, DoorViewSet, caller, fetch_from, opens
from lineage.ingest import payload, reads, services
from lineage.ingest.models import Event, Run, RunDataset
from lineage.ingest.services import Receipt, Refusal
from lineage.ingest.tasks import bell

MAY_SEND = {"lineage", "write"}  # scopes of a token


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"


class SendsEvents(BasePermission):
    """A token that may write, or may do nothing but send events; and a role that includes it."""

    message = "This token, or your roles, do not include sending lineage events."

    def has_permission(self, request: Request, view: APIView) -> bool:
        scopes = set(getattr(request.auth, "scopes", ()))
        return bool(scopes & MAY_SEND) and opens(str(getattr(view, "door", "")), request.user)


class LineageDoor(DoorApi):
    """Bearer tokens only, so no cookie of a browser can send events."""

    door = "lineage.add_event"
    authentication_classes = [TokenAuthentication]
    permission_classes = [SendsEvents]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever a client says it accepts, an empty body or JSON suits it."""
        return super().perform_content_negotiation(request, force=True)

    def body(self, request: Request) -> bytes:
        """Return the unpacked body, which may be larger than other endpoints allow."""
        encoding = request.headers.get("Content-Encoding", "").strip().lower()
        try:
            return payload.unpack(request, encoding)
        except payload.TooLarge as error:
            raise TooLarge(str(error)) from error
        except payload.UnknownEncoding as error:
            raise UnsupportedMediaType(encoding, str(error)) from error
        except payload.Unreadable as error:
            services.refuse_body(reason=str(error), text=error.text, sender=caller(request).username)
            raise ValidationError(str(error)) from error


class SendEvent(LineageDoor):
    """Keep one OpenLineage event. 201 without a body: the Java client fails on 204."""

    @extend_schema(request=OpenApiTypes.OBJECT, responses={201: OpenApiResponse(description="Kept.")})
    def post(self, request: Request) -> HttpResponse:
        receipt = services.receive_event(body=self.body(request), sender=caller(request).username)
        for refusal in receipt.refusals:
            raise ValidationError({refusal.field or "body": refusal.reason})
        bell.ring()
        return HttpResponse(status=201, content_type="application/json")


class SendBatch(LineageDoor):
    """Keep an array of events; bad ones do not stop the others, and the summary names them."""

    @extend_schema(request=OpenApiTypes.OBJECT, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        try:
            receipt = services.receive_batch(body=self.body(request), sender=caller(request).username)
        except payload.Unreadable as error:
            raise ValidationError(str(error)) from error
        bell.ring()
        return Response(_summary(receipt))


def _summary(receipt: Receipt) -> dict[str, Any]:
    """Return the summary of OpenLineage's OpenAPI document; a bad event stays bad: nothing is retriable."""
    failed = len(receipt.refusals)
    return {
        "status": "partial_success" if failed else "success",
        "summary": {
            "received": receipt.received,
            "successful": receipt.received - failed,
            "failed": failed,
            "retriable": 0,
            "non_retriable": failed,
        },
        "failed_events": [_failed(refusal) for refusal in receipt.refusals],
    }


def _failed(refusal: Refusal) -> dict[str, Any]:
    reason = f"{refusal.field}: {refusal.reason}" if refusal.field else refusal.reason
    return {"index": refusal.at, "reason": reason, "retriable": False}


class EventOut(serializers.ModelSerializer[Event]):
    class Meta:
        model = Event
        fields = [
            "code",
            "kind",
            "event_type",
            "namespace",
            "name",
            "run_id",
            "producer",
            "sender",
            "event_time",
            "received_at",
            "applied_at",
            "state",
            "error",
            "warnings",
        ]


class WholeEventOut(EventOut):
    body = serializers.SerializerMethodField(
        help_text="As it arrived; null where it names what you may not see."
    )

    class Meta(EventOut.Meta):
        fields = [*EventOut.Meta.fields, "body"]

    def get_body(self, event: Event) -> str | None:
        return event.body if self.context["readable"] else None


class Events(DoorViewSet):
    """Every event that arrived, exactly as it arrived."""

    door = {
        "list": "lineage.view_event",
        "retrieve": "lineage.view_event",
        "replay": "lineage.change_event",
    }
    queryset = Event.objects.all()
    serializer_class = EventOut
    filterset_fields = ["state", "kind", "sender", "run_id"]

    @extend_schema(responses=EventOut(many=True))
    def list(self, request: Request) -> Response:
        rows: Any = self.get_queryset()
        page = self.paginate_queryset(self.filter_queryset(rows.without_body())) or []
        return self.get_paginated_response(EventOut(page, many=True).data)

    @extend_schema(responses=WholeEventOut)
    def retrieve(self, request: Request, code: str) -> Response:
        return self._whole(request, self.get_object())

    @extend_schema(request=None, responses=WholeEventOut)
    def replay(self, request: Request, code: str) -> Response:
        """Try a rejected event again."""
        event = self.get_object()
        services.replay_event(event=event, actor=caller(request).username)
        bell.ring()
        event.refresh_from_db()
        return self._whole(request, event)

    def _whole(self, request: Request, event: Event) -> Response:
        readable = reads.may_read_body(reader=caller(request), event=event)
        return Response(WholeEventOut(event, context={"readable": readable}).data)


class RunDatasetOut(serializers.ModelSerializer[RunDataset]):
    asset = serializers.UUIDField(source="asset.code")
    name = serializers.CharField(source="asset.name")

    class Meta:
        model = RunDataset
        fields = ["asset", "name", "direction", "row_count"]


class RunOut(serializers.ModelSerializer[Run]):
    job = serializers.UUIDField(source="job.code")
    job_name = serializers.CharField(source="job.name")
    error = serializers.CharField(source="said", help_text="Null where the run touches what you may not see.")
    datasets = RunDatasetOut(many=True)

    class Meta:
        model = Run
        fields = [
            "code",
            "run_id",
            "parent_run_id",
            "job",
            "job_name",
            "state",
            "started_at",
            "ended_at",
            "nominal_start_at",
            "nominal_end_at",
            "error",
            "datasets",
        ]


class Runs(mixins.ListModelMixin, mixins.RetrieveModelMixin, DoorViewSet):
    """Runs of jobs, latest first, with what they read and wrote."""

    door = {"list": "lineage.view_run", "retrieve": "lineage.view_run"}
    queryset = Run.objects.all()
    serializer_class = RunOut
    filterset_fields = ["state", "run_id", "parent_run_id", "job__code"]

    def get_queryset(self) -> Any:
        return reads.runs(reader=caller(self.request))

    def get_object(self) -> Any:
        """With its datasets as far as the caller may see them."""
        return fetch_from(self.get_queryset(), self.kwargs["code"])
