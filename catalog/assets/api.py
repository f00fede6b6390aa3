from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from catalog.assets import reads, services
from catalog.assets.filters import AssetFilter
from catalog.assets.models import Asset, Field, ForeignKey
from catalog.assets.serializers import (
    AssetChange,
    AssetDetail,
    AssetIn,
    AssetOut,
    FieldChange,
    FieldOut,
    KeyOut,
    KnownOut,
)


@extend_schema_view(retrieve=extend_schema(responses=AssetDetail))
class Assets(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Everything governed that the caller may see: tables, files, jobs, features, models, …"""

    door = {
        "list": "catalog.view_asset",
        "retrieve": "catalog.view_asset",
        "fields": "catalog.view_asset",
        "to_ask_for": "catalog.view_asset",
        "create": "catalog.add_asset",
        "partial_update": "catalog.change_asset",
    }
    queryset = Asset.objects.for_list()
    serializer_class = AssetOut
    filterset_class = AssetFilter

    def retrieve(self, request: Request, code: str) -> Response:
        """One asset with its fields and foreign keys."""
        return Response(self._detail(self.get_object()))

    @extend_schema(request=AssetIn, responses={201: AssetDetail})
    def create(self, request: Request) -> Response:
        """Register an asset that no source and no event tells of."""
        given = AssetIn(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        asset = services.register_asset(actor=caller(request).username, **given.validated_data)
        return Response(self._detail(asset), status=status.HTTP_201_CREATED)

    @extend_schema(request=AssetChange, responses=AssetDetail)
    def partial_update(self, request: Request, code: str) -> Response:
        """Change what is given; with a `version` that is not the present one, nothing (409)."""
        asset = self.get_object()
        given = AssetChange(asset, data=request.data, partial=True, context={"request": request})
        given.is_valid(raise_exception=True)
        changes = dict(given.validated_data)
        changed = services.change_asset(
            asset=asset,
            actor=caller(request).username,
            version=changes.pop("version", None),
            changes=changes,
        )
        return Response(self._detail(changed))

    @extend_schema(responses=FieldOut(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def fields(self, request: Request, code: str) -> Response:
        """The fields of an asset in their order, those that are gone at the end."""
        return Response(FieldOut(reads.columns(self.get_object()), many=True).data)

    @extend_schema(
        responses=KnownOut(many=True),
        filters=False,
        parameters=[OpenApiParameter("q", description="Words of the name.")],
    )
    @action(detail=False, url_path="to-ask-for")
    def to_ask_for(self, request: Request) -> Response:
        """What the caller may know of by name and owner only, and ask for."""
        typed = request.query_params.get("q", "")[:200]
        rows = self.paginate_queryset(reads.discoverable(reader=caller(request), typed=typed))
        return self.get_paginated_response(KnownOut(rows, many=True).data)

    def _detail(self, asset: Asset) -> dict[str, Any]:
        """The shape of AssetDetail."""
        keys = [key_of(key) for key in reads.references(caller(self.request), asset)]
        facts, withheld = reads.facts(caller(self.request), asset)
        instead = reads.replacement(caller(self.request), asset)
        return {
            **AssetOut(asset).data,
            "replacement": str(instead.code) if instead else None,
            "facts": facts,
            "withheld": withheld,
            "foreign_keys": KeyOut(keys, many=True).data,
            "fields": FieldOut(reads.columns(asset), many=True).data,
        }


def key_of(key: ForeignKey) -> dict[str, Any]:
    """A foreign key; of a target that the caller may not see nothing is told."""
    seen = key.target if getattr(key, "target_seen", False) else None
    return {
        "columns": key.columns,
        "target": seen.code if seen else None,
        "target_name": seen.name if seen else None,
        "target_columns": key.target_columns if seen else [],
    }


class Fields(RetrieveModelMixin, DoorViewSet):
    """The fields of the assets that the caller may see."""

    door = {"retrieve": "catalog.view_field", "partial_update": "catalog.change_field"}
    queryset = Field.objects.select_related("asset")
    serializer_class = FieldOut

    @extend_schema(request=FieldChange, responses=FieldOut)
    def partial_update(self, request: Request, code: str) -> Response:
        """Change what is given; with a `version` that is not the present one, nothing (409)."""
        field = self.get_object()
        given = FieldChange(field, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = dict(given.validated_data)
        changed = services.change_field(
            field=field,
            actor=caller(request).username,
            version=changes.pop("version", None),
            changes=changes,
        )
        return Response(FieldOut(changed).data)
