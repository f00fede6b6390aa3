from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from catalog.savedviews import services
from catalog.savedviews.models import LONGEST_NAME, LONGEST_QUERY, SavedView


class SavedViewOut(serializers.ModelSerializer[SavedView]):
    """`query` is as in an address: `q=orders&kind=table`. `team` is the one it is shared with, or null."""

    owner = serializers.CharField(source="owner.username")
    team = serializers.CharField(source="team.name", default=None, allow_null=True)

    class Meta:
        model = SavedView
        fields = ["code", "name", "query", "owner", "team", "created_at"]


class SavedViewIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME)
    query = serializers.CharField(max_length=LONGEST_QUERY, required=False, allow_blank=True, default="")
    shared = serializers.BooleanField(default=False, help_text="Whether the owner's team sees it.")


class SavedViewChange(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME, required=False)
    shared = serializers.BooleanField(required=False, help_text="Whether the owner's team sees it.")


@extend_schema_view(
    create=extend_schema(request=SavedViewIn, responses={201: SavedViewOut}),
    partial_update=extend_schema(request=SavedViewChange, responses=SavedViewOut),
    destroy=extend_schema(request=None, responses={204: None}),
)
class SavedViews(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Searches with a name: the caller's own, and those shared with the caller's team."""

    door = "catalog.view_asset"
    queryset = SavedView.objects.for_list()
    serializer_class = SavedViewOut

    def create(self, request: Request) -> Response:
        """Keep a search under a name of the caller's own."""
        given = SavedViewIn(data=request.data)
        given.is_valid(raise_exception=True)
        view = services.save_view(owner=caller(request), **given.validated_data)
        return Response(SavedViewOut(view).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, code: str) -> Response:
        """Rename one of the caller's own, share it or share it no longer."""
        view = self.get_object()
        given = SavedViewChange(data=request.data)
        given.is_valid(raise_exception=True)
        kept = {"name": view.name, "shared": view.team is not None}
        changed = services.change_view(view=view, **{**kept, **given.validated_data})
        return Response(SavedViewOut(changed).data)

    def destroy(self, request: Request, code: str) -> Response:
        """Delete one of the caller's own."""
        services.delete_view(view=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
