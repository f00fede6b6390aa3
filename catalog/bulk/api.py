from typing import Any
from urllib.parse import parse_qs

from django.core.exceptions import ValidationError as Wrong
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from catalog.assets.models import Asset, AssetQuerySet
from catalog.bulk import reads, services
from catalog.bulk.models import BulkEdit, BulkItem
from catalog.metadata.attributes import unworded, worded
from catalog.search.criteria import Criteria
from catalog.search.language import BadQuery
from catalog.search.reads import everything
from stewardship.jobs.answers import JobStarted, started

SEE = "catalog.view_asset"
WISHES = (
    'What to set, by attribute: {"owner": "ana", "tier": null}; of lists {"add": [], "remove": []}. '
    f"One of {', '.join(sorted(services.SETTABLE))}."
)


class WordedField(serializers.DictField):
    """Values by their attributes."""

    def to_representation(self, value: Any) -> Any:
        return worded(super().to_representation(value))


class ExpectedOut(serializers.Serializer[Any]):
    """How many assets would change, say so already, and are not the caller's to change."""

    change = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField()


class OutcomeOut(serializers.Serializer[Any]):
    """How many assets became what."""

    waiting = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    proposed = serializers.IntegerField()
    skipped = serializers.IntegerField()
    stale = serializers.IntegerField()


class BulkEditOut(serializers.ModelSerializer[BulkEdit]):
    """`state` is "prepared", then that of its job. The counts are of what the caller may see."""

    wishes = WordedField()
    undoes = serializers.UUIDField(source="undoes.code", default=None, allow_null=True)
    job = serializers.UUIDField(source="job.code", default=None, allow_null=True)
    state = serializers.CharField(source="job.state", default="prepared")
    expected = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()

    class Meta:
        model = BulkEdit
        fields = [
            "code",
            "query",
            "wishes",
            "propose",
            "reason",
            "undoes",
            "job",
            "state",
            "expected",
            "outcome",
            "created_at",
        ]

    @extend_schema_field(ExpectedOut)
    def get_expected(self, edit: BulkEdit) -> dict[str, int]:
        found = self.context["counts"].get(edit.pk, {})
        return {value: found.get(f"expected:{value}", 0) for value in BulkItem.Expected.values}

    @extend_schema_field(OutcomeOut)
    def get_outcome(self, edit: BulkEdit) -> dict[str, int]:
        found = self.context["counts"].get(edit.pk, {})
        return {value: found.get(value, 0) for value in BulkItem.State.values}


class BulkEditIn(serializers.Serializer[Any]):
    """Which assets, by their codes or by a search, and what to set."""

    assets = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=services.MOST, help_text="Codes."
    )
    query = serializers.CharField(
        required=False, help_text="All that a search finds: its query string, as `q=orders&domain=sales`."
    )
    set = serializers.DictField(help_text=WISHES)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("assets" in attrs) == ("query" in attrs):
            raise serializers.ValidationError({"assets": "Give either assets or a query."})
        return attrs


class StartIn(serializers.Serializer[Any]):
    """What becomes of what the caller may not change: it is proposed, with a reason, or skipped."""

    propose = serializers.BooleanField(default=False)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class BulkItemOut(serializers.ModelSerializer[BulkItem]):
    """One asset of a bulk edit; `before` and `after` are of what was changed."""

    asset = serializers.UUIDField(source="asset.code")
    name = serializers.CharField(source="asset.name")
    before = WordedField()
    after = WordedField()

    class Meta:
        model = BulkItem
        fields = ["asset", "name", "expected", "state", "note", "before", "after"]


@extend_schema_view(
    create=extend_schema(request=BulkEditIn, responses={201: BulkEditOut}),
    destroy=extend_schema(request=None, responses={204: None}),
    start=extend_schema(request=StartIn, responses={202: JobStarted}),
    undo=extend_schema(request=None, responses={201: BulkEditOut}),
    items=extend_schema(
        responses=BulkItemOut(many=True),
        filters=False,
        parameters=[OpenApiParameter("state", enum=BulkItem.State.values)],
    ),
)
class BulkEdits(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """The caller's own changes of many assets at once: prepared, looked at, started, undone."""

    door = SEE
    queryset = BulkEdit.objects.for_list()
    serializer_class = BulkEditOut

    def list(self, request: Request) -> Response:
        """The latest first."""
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self._out(page, many=True))

    def retrieve(self, request: Request, code: str) -> Response:
        """One of them, with how many assets became what by now."""
        return Response(self._out(self.get_object()))

    def create(self, request: Request) -> Response:
        """Select assets as they are now, and say what would change. Nothing is changed yet."""
        given = BulkEditIn(data=request.data)
        given.is_valid(raise_exception=True)
        assets, criteria = self._selected(given.validated_data)
        query = criteria.query if criteria else ""
        try:
            wishes = unworded(given.validated_data["set"])
            edit = services.prepare_edit(author=caller(request), assets=assets, wishes=wishes, query=query)
        except Wrong as error:
            raise serializers.ValidationError({"set": error.message_dict}) from error
        return Response(self._out(edit), status=status.HTTP_201_CREATED)

    def _selected(self, given: dict[str, Any]) -> tuple[AssetQuerySet, Criteria | None]:
        reader = caller(self.request)
        if "assets" in given:
            rows = Asset.objects.visible_to(reader).filter(code__in=given["assets"])
            return rows.order_by("name", "pk"), None
        criteria = Criteria.read(parse_qs(given["query"]))
        try:
            return everything(reader=reader, criteria=criteria), criteria
        except BadQuery as error:
            raise serializers.ValidationError({"query": [str(error)]}) from error

    def destroy(self, request: Request, code: str) -> Response:
        """Forget one that was not started."""
        services.discard_edit(edit=self.get_object(), actor=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["post"])
    def start(self, request: Request, code: str) -> Response:
        """Carry it out, or go on with what was left of it."""
        given = StartIn(data=request.data)
        given.is_valid(raise_exception=True)
        edit = self.get_object()
        job = services.start_edit(edit=edit, actor=caller(request), **given.validated_data)
        return started(request, job)

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, code: str) -> Response:
        """Prepare to say again what was said before, where what was set still stands."""
        edit = services.prepare_undo(edit=self.get_object(), actor=caller(request))
        return Response(self._out(edit), status=status.HTTP_201_CREATED)

    @action(detail=True)
    def items(self, request: Request, code: str) -> Response:
        """The assets that the caller may see, in the order of the selection; by `state` where given."""
        state = request.query_params.get("state", "")
        if state and state not in BulkItem.State.values:
            raise serializers.ValidationError({"state": f"One of {', '.join(BulkItem.State.values)}."})
        rows = self.paginate_queryset(reads.items(caller(request), self.get_object(), state)) or []
        return self.get_paginated_response(BulkItemOut(rows, many=True).data)

    def _out(self, edits: Any, *, many: bool = False) -> Any:
        rows = list(edits) if many else [edits]
        counts = reads.counts_of(caller(self.request), rows)
        return BulkEditOut(edits, many=many, context={"counts": counts}).data
