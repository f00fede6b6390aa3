from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorApi, DoorViewSet, caller, fetch
from catalog.assets.models import Asset
from catalog.history import reads
from catalog.history.changes import IMPACTS
from catalog.history.forms import ChangesForm, PairForm
from catalog.history.models import SchemaVersion, SchemaVersionQuerySet
from catalog.history.telling import allowed


class SchemaChangeOut(serializers.Serializer[Any]):
    """One difference; of what names something hidden, both sides are withheld."""

    what = serializers.CharField()
    impact = serializers.ChoiceField(choices=SchemaVersion.Impact.choices)
    column = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    withheld = serializers.BooleanField()


class VersionOut(serializers.Serializer[Any]):
    """What a source said of an asset from one moment on; `harvest` is told to who may see sources."""

    asset = serializers.UUIDField()
    number = serializers.IntegerField()
    event = serializers.ChoiceField(choices=SchemaVersion.Event.choices)
    impact = serializers.ChoiceField(choices=SchemaVersion.Impact.choices, allow_blank=True)
    changes = SchemaChangeOut(many=True)
    by = serializers.CharField(help_text="Who caused it in the source, where that is known.")
    statement = serializers.CharField(help_text="Empty where it is not known, or may name something hidden.")
    harvest = serializers.UUIDField(allow_null=True)
    at = serializers.DateTimeField()


class VersionDetail(VersionOut):
    """The same with the whole description; `withheld` are its parts that name something hidden."""

    schema = serializers.DictField()
    withheld = serializers.ListField(child=serializers.CharField())


class ComparisonOut(serializers.Serializer[Any]):
    """What differs between two versions, and the worst impact of it."""

    before = serializers.IntegerField()
    after = serializers.IntegerField()
    impact = serializers.ChoiceField(choices=SchemaVersion.Impact.choices, allow_blank=True)
    changes = SchemaChangeOut(many=True)


def wrong(form: Form) -> dict[str, list[str]]:
    """What is wrong with a form, by field."""
    return {name: list(map(str, found)) for name, found in form.errors.items()}


def told(entry: reads.Entry, asset: UUID, *, harvests: bool) -> dict[str, Any]:
    """The shape of VersionOut."""
    row = entry.version
    return {
        "asset": asset,
        **{name: getattr(row, name) for name in ("number", "event", "impact", "at")},
        "changes": [change.stored for change in entry.changes],
        "by": entry.who,
        "statement": entry.statement,
        "harvest": row.harvest.code if harvests and row.harvest else None,
    }


class Changes(ListModelMixin, DoorViewSet):
    """The latest changes in the sources, of all that the caller may see; what was new to us is left out."""

    door = {"list": "catalog.view_asset"}
    queryset = SchemaVersion.objects.none()
    serializer_class = VersionOut

    def get_queryset(self) -> SchemaVersionQuerySet:
        form = ChangesForm(caller(self.request), self.request.query_params)
        if not form.is_valid():
            raise ValidationError(wrong(form))
        return reads.latest_changes(caller(self.request), **form.asked())

    @extend_schema(
        filters=False,
        parameters=[
            OpenApiParameter("impact", enum=IMPACTS),
            OpenApiParameter("event", enum=SchemaVersion.Event.values[1:]),
            OpenApiParameter("domain", description="The domain's slug."),
        ],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The latest first."""
        return super().list(request, *args, **kwargs)

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset) or []
        user = caller(self.request)
        harvests = user.has_perm("catalog.view_source")
        found = reads.entries(user, rows)
        return [told(each, each.version.asset.code, harvests=harvests) for each in found]


class Versions(Changes):
    """The versions of one asset that the caller may see."""

    def get_queryset(self) -> SchemaVersionQuerySet:
        asset = fetch(self.request, Asset, self.kwargs["code"])
        impact = self.request.query_params.get("impact", "")
        if impact and impact not in IMPACTS:
            raise ValidationError({"impact": f"One of {', '.join(IMPACTS)}."})
        return reads.timeline(asset, impact)

    @extend_schema(filters=False, parameters=[OpenApiParameter("impact", enum=IMPACTS)])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The latest first."""
        return super().list(request, *args, **kwargs)


class OneVersion(DoorApi):
    door = "catalog.view_asset"

    @extend_schema(responses=VersionDetail)
    def get(self, request: Request, code: UUID, number: int) -> Response:
        """An asset as it was; while its source was without it, what was said of it last."""
        asset, user = self.fetch(Asset, code), caller(request)
        found = reads.as_of(asset, number)
        if found is None:
            raise Http404("There is no such version.")
        version, schema = found
        harvests = user.has_perm("catalog.view_source")
        said = told(reads.entries(user, [version])[0], asset.code, harvests=harvests)
        shown, withheld = allowed(schema, asset.namespace, reads.known_of(user, asset, schema))
        return Response(VersionDetail({**said, "schema": shown, "withheld": withheld}).data)


class CompareVersions(DoorApi):
    door = "catalog.view_asset"

    @extend_schema(
        responses=ComparisonOut,
        parameters=[
            OpenApiParameter("from", OpenApiTypes.INT, required=True),
            OpenApiParameter("to", OpenApiTypes.INT, required=True),
        ],
    )
    def get(self, request: Request, code: UUID) -> Response:
        """What differs between any two versions of an asset."""
        asset = self.fetch(Asset, code)
        form = PairForm(request.query_params)
        if not form.is_valid():
            raise ValidationError(wrong(form))
        first, second = (form.cleaned_data[name] for name in ("from", "to"))
        before, after = reads.as_of(asset, first), reads.as_of(asset, second)
        if before is None or after is None:
            raise Http404("There is no such version.")
        found = reads.compared(caller(request), asset, before[1], after[1])
        changes = [change.stored for change in found.changes]
        said = {"before": first, "after": second, "impact": found.impact, "changes": changes}
        return Response(ComparisonOut(said).data)
