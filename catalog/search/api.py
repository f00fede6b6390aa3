from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorApi, caller
from catalog.assets.serializers import AssetOut
from catalog.search import reads
from catalog.search.criteria import SORTS, Criteria
from catalog.search.facets import NAMES

MOST = 100


class ChoiceOut(serializers.Serializer[Any]):
    value = serializers.CharField()
    label: Any = serializers.CharField()
    count = serializers.IntegerField()
    selected = serializers.BooleanField()


class FacetOut(serializers.Serializer[Any]):
    """A facet; its counts leave its own filter out."""

    name = serializers.CharField()
    label: Any = serializers.CharField()
    choices = ChoiceOut(many=True)


class SearchOut(serializers.Serializer[Any]):
    """One page of what was found."""

    count = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    url = serializers.CharField(help_text="The same search as a page.")
    results = AssetOut(many=True)
    facets = FacetOut(many=True)
    did_you_mean = serializers.ListField(child=serializers.CharField())


class Wanted(serializers.Serializer[Any]):
    page = serializers.IntegerField(min_value=1, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=MOST, default=reads.PER_PAGE)
    sort = serializers.ChoiceField(choices=list(SORTS), default="relevance")


class Search(DoorApi):
    """The search of the portal: ranked, filtered by what the caller may see, with facets."""

    door = "catalog.view_asset"

    @extend_schema(
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, description="Words; the last one may be unfinished."),
            *(
                OpenApiParameter(
                    name,
                    OpenApiTypes.STR,
                    many=True,
                    description=f"{label}; repeat for more. `none` for those without.",
                )
                for name, label in NAMES.items()
            ),
            Wanted,
        ],
        responses=SearchOut,
    )
    def get(self, request: Request) -> Response:
        wanted = Wanted(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        criteria = Criteria.read(dict(request.query_params.lists()))
        number, size = wanted.validated_data["page"], wanted.validated_data["page_size"]
        found = reads.search(reader=caller(request), criteria=criteria, number=number, size=size)
        answer = {
            "count": found.total,
            "page": found.page.number,
            "pages": found.page.paginator.num_pages,
            "url": f"{reverse('catalog:search')}?{criteria.query}",
            "results": found.page.object_list,
            "facets": found.facets,
            "did_you_mean": found.meant,
        }
        return Response(SearchOut(answer).data)
