from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorApi, caller
from catalog.assets.models import Asset
from catalog.completeness.reads import completeness


class CriterionOut(serializers.Serializer[Any]):
    name = serializers.CharField(source="criterion.name")
    label = serializers.CharField(source="criterion.label")  # type: ignore[assignment]
    weight = serializers.IntegerField(source="criterion.weight")
    share = serializers.FloatField(help_text="From 0 to 1.")


class CompletenessOut(serializers.Serializer[Any]):
    score = serializers.IntegerField(help_text="From 0 to 100.")
    parts = CriterionOut(many=True)


class AssetCompleteness(DoorApi):
    """How complete what is said of an asset is."""

    door = "catalog.view_asset"

    @extend_schema(responses=CompletenessOut)
    def get(self, request: Request, code: str) -> Response:
        """The score, and each part of it; what cannot be asked of this asset is left out."""
        found = completeness(caller(request), self.fetch(Asset, code))
        return Response(CompletenessOut(found).data)
