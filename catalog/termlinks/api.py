from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from catalog.assets.models import Asset, Field
from catalog.glossary.models import Term
from catalog.glossary.reads import terms_of
from catalog.termlinks.serializers import AssetTerm, AssetTermIn
from catalog.termlinks.services import link_terms, unlink_terms


class AssetTerms(DoorViewSet):
    """The terms that an asset and its columns are about."""

    door = {"terms": "catalog.view_term", "link": "catalog.change_asset", "unlink": "catalog.change_asset"}
    queryset = Asset.objects.for_list()
    serializer_class = AssetTerm
    writing_actions = frozenset({"link", "unlink"})

    @extend_schema(responses=AssetTerm(many=True))
    def terms(self, request: Request, code: str) -> Response:
        """What is linked, of the whole asset first."""
        return self._answer(self.get_object())

    @extend_schema(request=AssetTermIn, responses={201: AssetTerm(many=True)})
    def link(self, request: Request, code: str) -> Response:
        """Link a term to an asset, or to one of its columns; doing it again changes nothing."""
        asset, term, field = self._asked()
        link_terms(asset=asset, field=field, terms=[term], actor=caller(request).username)
        return self._answer(asset, status.HTTP_201_CREATED)

    @extend_schema(request=AssetTermIn, responses=AssetTerm(many=True))
    def unlink(self, request: Request, code: str) -> Response:
        """Take a link back."""
        asset, term, field = self._asked()
        unlink_terms(asset=asset, field=field, terms=[term], actor=caller(request).username)
        return self._answer(asset)

    def _asked(self) -> tuple[Asset, Term, Field | None]:
        asset = self.get_object()
        given = AssetTermIn(data=self.request.data)
        given.is_valid(raise_exception=True)
        said: dict[str, Any] = given.validated_data
        field = asset.fields.present().filter(name=said["column"]).first() if said["column"] else None
        if said["column"] and field is None:
            raise serializers.ValidationError({"column": "The asset has no such column."})
        return asset, said["term"], field

    def _answer(self, asset: Asset, code: int = status.HTTP_200_OK) -> Response:
        return Response(AssetTerm(terms_of(caller(self.request), asset), many=True).data, status=code)
