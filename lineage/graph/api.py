from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorApi, caller
from catalog.assets.models import Asset
from lineage.graph import reads
from lineage.graph.forms import WishForm
from lineage.graph.models import NO_LIMIT
from lineage.graph.wish import MOST_DEPTH


class WishIn(serializers.Serializer[Any]):
    """What the picture shows. `x` opens sides of nodes (`<id>d,<id>u`), `lim` shows more (`<id>d:58`)."""

    up = serializers.IntegerField(min_value=0, max_value=MOST_DEPTH, default=1)
    down = serializers.IntegerField(min_value=0, max_value=MOST_DEPTH, default=1)
    x = serializers.CharField(required=False)
    lim = serializers.CharField(required=False)
    jobs = serializers.ChoiceField(choices=["0", "1"], default="0")
    removed = serializers.ChoiceField(choices=["0", "1"], default="0")
    at = serializers.DateTimeField(required=False, help_text="As the graph was then.")


class Picture(DoorApi):
    """The graph around an asset, laid out, at most 400 nodes; what policies hide is a stub."""

    door = "catalog.view_asset"

    @extend_schema(parameters=[WishIn], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: UUID) -> Response:
        asset = self.fetch(Asset, code)
        form = WishForm(request.query_params)
        if not form.is_valid():
            raise ValidationError({name: list(map(str, texts)) for name, texts in form.errors.items()})
        return Response(reads.neighbourhood(reader=caller(request), asset=asset, wish=form.wish()))


class ReachIn(serializers.Serializer[Any]):
    depth = serializers.IntegerField(
        min_value=1, max_value=10_000, required=False, help_text="All when left out."
    )
    at = serializers.DateTimeField(required=False, default=None, help_text="As the graph was then.")


class RelatedOut(serializers.Serializer[Any]):
    hop = serializers.IntegerField()
    asset = serializers.UUIDField(source="card.id")
    name = serializers.CharField(source="card.name")
    kind = serializers.CharField(source="card.kind")
    status = serializers.CharField(source="card.status")


class ReachOut(serializers.Serializer[Any]):
    assets = RelatedOut(many=True, source="found")
    hidden = serializers.IntegerField(help_text="How many hidden assets stand next to these.")
    truncated = serializers.BooleanField(help_text="The walk was cut: there is more.")


class Direction(DoorApi):
    door = "catalog.view_asset"
    down = False

    @extend_schema(parameters=[ReachIn], responses=ReachOut)
    def get(self, request: Request, code: UUID) -> Response:
        asked = ReachIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = reads.reach(
            reader=caller(request),
            asset=self.fetch(Asset, code),
            down=self.down,
            depth=asked.validated_data.get("depth", NO_LIMIT),
            at=asked.validated_data["at"],
        )
        return Response(ReachOut(found).data)


class Upstream(Direction):
    """What an asset is made from, nearest first."""


class Downstream(Direction):
    """What is made from an asset, nearest first."""

    down = True
