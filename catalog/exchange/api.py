from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorApi, DoorViewSet, caller
from catalog.exchange import reads, services
from catalog.exchange.document import LARGEST, WrongDocument, read, read_sheet
from catalog.exchange.models import ImportRow, MetadataImport
from catalog.exchange.shapes import KINDS
from stewardship.jobs.answers import JobStarted, started

SEE = "catalog.view_asset"


class ImportExpectedOut(serializers.Serializer[Any]):
    """How many rows would do what; `unknown` ones are not compared yet."""

    unknown = serializers.IntegerField()
    new = serializers.IntegerField()
    change = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField()
    wrong = serializers.IntegerField()


class ImportOutcomeOut(serializers.Serializer[Any]):
    """How many rows became what."""

    waiting = serializers.IntegerField()
    done = serializers.IntegerField()
    same = serializers.IntegerField()
    proposed = serializers.IntegerField()
    skipped = serializers.IntegerField()
    stale = serializers.IntegerField()


class MetadataImportOut(serializers.ModelSerializer[MetadataImport]):
    """`preview` is the job that compares it, `job` the one that carries it out."""

    preview = serializers.UUIDField(source="preview.code", default=None, allow_null=True)
    job = serializers.UUIDField(source="job.code", default=None, allow_null=True)
    state = serializers.CharField(source="working.state", default="queued")
    expected = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()

    class Meta:
        model = MetadataImport
        fields = [
            "code",
            "title",
            "propose",
            "reason",
            "preview",
            "job",
            "state",
            "expected",
            "outcome",
            "created_at",
        ]

    @extend_schema_field(ImportExpectedOut)
    def get_expected(self, batch: MetadataImport) -> dict[str, int]:
        found = self.context["counts"].get(batch.pk, {})
        return {value: found.get(f"expected:{value}", 0) for value in ImportRow.Expected.values}

    @extend_schema_field(ImportOutcomeOut)
    def get_outcome(self, batch: MetadataImport) -> dict[str, int]:
        found = self.context["counts"].get(batch.pk, {})
        return {value: found.get(value, 0) for value in ImportRow.State.values}


class MetadataImportIn(serializers.Serializer[Any]):
    """The text of a file: the JSON document, or with `kind` the CSV of that kind."""

    document = serializers.CharField(trim_whitespace=False, max_length=LARGEST)
    kind = serializers.ChoiceField(choices=list(KINDS), required=False)
    title = serializers.CharField(required=False, default="document", max_length=200)


class ImportStartIn(serializers.Serializer[Any]):
    """What becomes of what the caller may not change: it is proposed, with a reason, or skipped."""

    propose = serializers.BooleanField(default=False)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class ImportRowOut(serializers.ModelSerializer[ImportRow]):
    """One row; `number` counts those of its kind, `before` is what was said of what differs."""

    said = serializers.DictField()
    before = serializers.DictField()

    class Meta:
        model = ImportRow
        fields = ["kind", "number", "label", "expected", "state", "note", "said", "before"]


@extend_schema_view(
    create=extend_schema(request=MetadataImportIn, responses={201: MetadataImportOut}),
    destroy=extend_schema(request=None, responses={204: None}),
    start=extend_schema(request=ImportStartIn, responses={202: JobStarted}),
    rows=extend_schema(
        responses=ImportRowOut(many=True),
        filters=False,
        parameters=[OpenApiParameter("state", enum=ImportRow.State.values)],
    ),
)
class MetadataImports(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """The caller's own imports of metadata: handed in, compared, started."""

    door = SEE
    queryset = MetadataImport.objects.for_list()
    serializer_class = MetadataImportOut

    def list(self, request: Request) -> Response:
        """The latest first."""
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self._out(page, many=True))

    def retrieve(self, request: Request, code: str) -> Response:
        """One of them, with how many rows are what by now."""
        return Response(self._out(self.get_object()))

    def create(self, request: Request) -> Response:
        """Hand in a file; a job compares it. Nothing is changed yet."""
        given = MetadataImportIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        try:
            kind, text = said.get("kind"), said["document"]
            rows = read_sheet(kind, text) if kind else read(text)
        except WrongDocument as error:
            raise serializers.ValidationError({"document": str(error)}) from error
        batch = services.prepare_import(author=caller(request), title=said["title"], given=rows)
        return Response(self._out(batch), status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, code: str) -> Response:
        """Forget one that was not started."""
        services.discard_import(batch=self.get_object(), actor=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["post"])
    def start(self, request: Request, code: str) -> Response:
        """Carry it out, or go on with what was left of it."""
        given = ImportStartIn(data=request.data)
        given.is_valid(raise_exception=True)
        job = services.start_import(batch=self.get_object(), actor=caller(request), **given.validated_data)
        return started(request, job)

    @action(detail=True)
    def rows(self, request: Request, code: str) -> Response:
        """The rows that the caller may see, in the order of writing; by `state` where given."""
        state = request.query_params.get("state", "")
        if state and state not in ImportRow.State.values:
            raise serializers.ValidationError({"state": f"One of {', '.join(ImportRow.State.values)}."})
        found = self.paginate_queryset(reads.rows(caller(request), self.get_object(), state)) or []
        return self.get_paginated_response(ImportRowOut(found, many=True).data)

    def _out(self, batches: Any, *, many: bool = False) -> Any:
        rows = list(batches) if many else [batches]
        counts = reads.counts_of(caller(self.request), rows)
        return MetadataImportOut(batches, many=many, context={"counts": counts}).data


class ExportMetadata(DoorApi):
    """All that people said, as it can be imported again."""

    door = SEE

    @extend_schema(
        parameters=[OpenApiParameter("kind", enum=list(KINDS), description="one kind, as CSV")],
        responses={(200, "application/json"): OpenApiTypes.OBJECT, (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse:
        """The JSON document of all that the caller may see; with `kind` the CSV of that kind."""
        kind = request.query_params.get("kind", "")
        if kind and kind not in KINDS:
            raise serializers.ValidationError({"kind": f"One of {', '.join(KINDS)}."})
        if kind:
            pieces = services.export_sheet(reader=caller(request), kind=kind)
            return HttpResponse("".join(pieces), content_type="text/csv; charset=utf-8")
        document = "".join(services.export(reader=caller(request)))
        return HttpResponse(document, content_type="application/json; charset=utf-8")
