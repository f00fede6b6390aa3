from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorApi, caller
from catalog.assets.models import Asset
from catalog.assets.serializers import AssetOut
from catalog.search import reads
from catalog.search.criteria import SORTS, Criteria
from catalog.search.facets import NAMES
from catalog.search.hits import MOST as MOST_COUNTED
from catalog.search.language import BadQuery

MOST = 100
LANGUAGE = (
    "Words, “phrases”, fields such as kind:table or tier<=2, -without, OR and parentheses; "
    "the last word may be unfinished."
)


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


class WhyOut(serializers.Serializer[Any]):
    """Why a hit stands where it stands: points, the most first."""

    asset = serializers.UUIDField()
    points = serializers.FloatField()
    reasons = serializers.DictField(child=serializers.FloatField())


class SearchOut(serializers.Serializer[Any]):
    """One page of what was found."""

    count = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    more = serializers.BooleanField(
        help_text=f"More than {MOST_COUNTED} were found: counts and ranks are of those that are used most."
    )
    url = serializers.CharField(help_text="The same search as a page.")
    results = AssetOut(many=True)
    facets = FacetOut(many=True)
    did_you_mean = serializers.ListField(child=serializers.CharField())
    why = serializers.ListField(child=WhyOut(), required=False, help_text="With explain=1 only.")


class Wanted(serializers.Serializer[Any]):
    page = serializers.IntegerField(min_value=1, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=MOST, default=reads.PER_PAGE)
    sort = serializers.ChoiceField(choices=list(SORTS), default="relevance")
    explain = serializers.BooleanField(default=False, help_text="Say why each hit stands where it stands.")


def why(asset: Asset, reasons: dict[str, float]) -> dict[str, Any]:
    return {"asset": asset.code, "points": round(sum(reasons.values()), 3), "reasons": reasons}


class Search(DoorApi):
    """The search of the portal: ranked, filtered by what the caller may see, with facets."""

    door = "catalog.view_asset"

    @extend_schema(
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, description=LANGUAGE),
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
        try:
            found = reads.search(reader=caller(request), criteria=criteria, number=number, size=size)
        except BadQuery as error:
            raise serializers.ValidationError({"q": [str(error)]}) from error
        answer = {
            "count": found.total,
            "more": found.more,
            "page": found.page.number,
            "pages": found.page.paginator.num_pages,
            "url": f"{reverse('catalog:search')}?{criteria.query}",
            "results": found.page.object_list,
            "facets": found.facets,
            "did_you_mean": found.meant,
        }
        if wanted.validated_data["explain"]:
            answer["why"] = [why(row, found.why.get(row.pk, {})) for row in found.page]
        return Response(SearchOut(answer).data)
