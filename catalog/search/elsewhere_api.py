"""The search of the API besides assets: suggestions, and the other kinds of things."""

from typing import Any

from django.core.paginator import Paginator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorApi, caller
from catalog.search.grouping import groups
from catalog.search.kinds import TABS, found, shown
from catalog.search.language import BadQuery
from catalog.search.reads import suggest

PER_PAGE = 25


class SuggestedOut(serializers.Serializer[Any]):
    """Something that one may be about to type."""

    kind = serializers.CharField()
    label: Any = serializers.CharField()
    sub = serializers.CharField(help_text="Where it stands.")
    url = serializers.CharField()


class SuggestedGroupOut(serializers.Serializer[Any]):
    label: Any = serializers.CharField()
    hits = SuggestedOut(many=True)


class SuggestedGroupsOut(serializers.Serializer[Any]):
    """Suggestions by kind, the likeliest kind first."""

    groups = SuggestedGroupOut(many=True)


class Suggest(DoorApi):
    """What the caller may see of what somebody types."""

    door = "catalog.view_asset"

    @extend_schema(
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, description="The beginning of a name, or words.")
        ],
        responses=SuggestedGroupsOut,
    )
    def get(self, request: Request) -> Response:
        found = suggest(reader=caller(request), typed=request.query_params.get("q", ""))
        return Response(SuggestedGroupsOut({"groups": groups(found)}).data)


class FoundOut(serializers.Serializer[Any]):
    """A field, a term, a product, a person or a team that was found."""

    kind = serializers.CharField()
    label: Any = serializers.CharField()
    sub = serializers.CharField()
    url = serializers.CharField()
    text = serializers.CharField()


class FoundPageOut(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    results = FoundOut(many=True)


class Asked(serializers.Serializer[Any]):
    """What is looked for."""

    q: Any = serializers.CharField(default="", allow_blank=True)
    page = serializers.IntegerField(min_value=1, default=1)

    def get_fields(self) -> Any:
        return {**super().get_fields(), "in": serializers.ChoiceField(choices=list(TABS))}


class Elsewhere(DoorApi):
    """What is found besides assets: fields, terms, products, people; as far as the caller may see it."""

    door = "catalog.view_asset"

    @extend_schema(parameters=[Asked], responses=FoundPageOut)
    def get(self, request: Request) -> Response:
        asked = Asked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        try:
            rows = found(reader=caller(request), typed=given["q"].strip(), tab=given["in"])
        except BadQuery as error:
            raise serializers.ValidationError({"q": [str(error)]}) from error
        page = Paginator(rows, PER_PAGE).get_page(given["page"])
        answer = {"count": page.paginator.count, "page": page.number, "pages": page.paginator.num_pages}
        return Response(FoundPageOut({**answer, "results": shown(list(page))}).data)
