from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorApi, caller
from catalog.assets.models import Asset
from catalog.sources.models import Source
from catalog.usage import reads, services
from catalog.usage.log import MOST_BYTES, TooMuch, Unreadable, read_log
from stewardship.jobs.answers import JobStarted, started

LONGEST_BATCH = 100


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"


class UsageDayOut(serializers.Serializer[Any]):
    day = serializers.DateField()
    calls = serializers.IntegerField()


class UsageQueryOut(serializers.Serializer[Any]):
    """A statement without its literals; `calls` and `mean_ms` are of the last 30 days."""

    text = serializers.CharField()
    verb = serializers.CharField()
    writes = serializers.BooleanField(help_text="Whether it writes this asset.")
    calls = serializers.IntegerField()
    mean_ms = serializers.FloatField(allow_null=True)
    last_seen = serializers.DateTimeField(allow_null=True)


class UsageUserOut(serializers.Serializer[Any]):
    """A user of the source; empty where it does not tell."""

    name = serializers.CharField()
    calls = serializers.IntegerField()


class UsageJoinOut(serializers.Serializer[Any]):
    """An asset that is joined with this one: pairs of [this one's column, the other's]."""

    asset = serializers.UUIDField(source="asset.code")
    name = serializers.CharField(source="asset.name")
    columns = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    calls = serializers.IntegerField()


class AssetUsageOut(serializers.Serializer[Any]):
    """`users` is null for who may not know them. `error` says why the source could not be asked last."""

    calls = serializers.IntegerField()
    days = UsageDayOut(many=True)
    queries = UsageQueryOut(many=True)
    users = UsageUserOut(many=True, allow_null=True)
    joins = UsageJoinOut(many=True)
    read_at = serializers.DateTimeField(source="feed.at", allow_null=True, default=None)


class AssetUsage(DoorApi):
    """Who uses an asset, and how: the last 30 days, of the queries that the caller may know."""

    door = "catalog.view_asset"

    @extend_schema(responses=AssetUsageOut)
    def get(self, request: Request, code: UUID) -> Response:
        asset = self.fetch(Asset, code)
        return Response(AssetUsageOut(reads.usage_of(caller(request), asset)).data)


class LoggedQueryIn(serializers.Serializer[Any]):
    """One query of a log. `duration_ms` and `rows` are of one run; `at` has a time zone, or is now."""

    query = serializers.CharField()
    user = serializers.CharField(required=False)
    database = serializers.CharField(required=False, help_text="Where it ran; for names without one.")
    at = serializers.DateTimeField(required=False)
    duration_ms = serializers.FloatField(required=False)
    rows = serializers.IntegerField(required=False)
    count = serializers.IntegerField(required=False, help_text="How many runs this stands for, by default 1.")


class RejectedQueryOut(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    reason = serializers.CharField()


class QueriesReceivedOut(JobStarted):
    """The job that counts a log, and the lines that it leaves out; its result is a QueriesImported."""

    rejected = RejectedQueryOut(many=True)


class QueriesImportedOut(serializers.Serializer[Any]):
    """What came of a log that was counted."""

    kept = serializers.IntegerField()
    statements = serializers.IntegerField()
    unparsed = serializers.IntegerField()
    left_out = serializers.IntegerField(help_text="Statements that name nothing that is governed.")
    rejected = RejectedQueryOut(many=True)


class ImportQueries(DoorApi):
    """Take a log of queries that ran at a source: a JSON list, or JSON lines. Good lines are kept.

    A job counts it. A batch whose name came before is not counted again: 200 says what came of it.
    """

    door = "catalog.change_source"

    @extend_schema(
        request={
            "application/json": LoggedQueryIn(many=True),
            "application/x-ndjson": OpenApiTypes.STR,
        },
        responses={202: QueriesReceivedOut, 200: QueriesImportedOut},
        parameters=[OpenApiParameter("batch", str, description="A name; the same one is counted once.")],
    )
    def post(self, request: Request, code: UUID) -> Response:
        source = self.fetch(Source, code, "change")
        batch = request.query_params.get("batch", "")
        if len(batch) > LONGEST_BATCH or "\0" in batch:
            raise ValidationError({"batch": f"Write at most {LONGEST_BATCH} letters."})
        try:
            log = read_log(body_of(request), timezone.now(), services.KEPT)
        except TooMuch as error:
            raise TooLarge(str(error)) from error
        except Unreadable as error:
            raise ValidationError({"body": str(error)}) from error
        actor = caller(request).username
        row, job = services.receive_queries(source=source, log=log, batch=batch, actor=actor)
        if job is None:
            return Response(QueriesImportedOut(row.answer).data)
        answer = started(request, job)
        answer.data["rejected"] = row.rejected
        return answer


def body_of(request: Request) -> bytes:
    """The body as it was sent; raises TooMuch for one that is larger than the server takes at all."""
    try:
        return bytes(request._request.body)
    except RequestDataTooBig as error:
        raise TooMuch(f"At most {MOST_BYTES:,} bytes at a time.") from error
