from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller, fetch
from catalog.renames import services
from catalog.renames.models import RenameProposal


class RenameOut(serializers.ModelSerializer[RenameProposal]):
    """Two assets that may be the same thing."""

    old: Any = serializers.UUIDField(source="old.code")
    old_name = serializers.CharField(source="old.name")
    new: Any = serializers.UUIDField(source="new.code")
    new_name = serializers.CharField(source="new.name")
    decided_by = serializers.CharField(source="decided_by.username", default=None, allow_null=True)

    class Meta:
        model = RenameProposal
        fields = [
            "code",
            "old",
            "old_name",
            "new",
            "new_name",
            "confidence",
            "why",
            "state",
            "decided_by",
            "decided_at",
            "reason",
            "created_at",
        ]


class RenameDecision(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")


@extend_schema_view(list=extend_schema(), retrieve=extend_schema())
class Renames(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Assets that went, and assets that came and may be the same; of those that the caller may see both."""

    door = {
        "list": "catalog.view_asset",
        "retrieve": "catalog.view_asset",
        "accept": "catalog.change_asset",
        "decline": "catalog.change_asset",
    }
    queryset = RenameProposal.objects.for_list()
    serializer_class = RenameOut
    filterset_fields = ["state", "confidence"]

    @extend_schema(request=RenameDecision, responses=RenameOut)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, code: str) -> Response:
        """The new one takes over what people said of the old one."""
        row = fetch(request, RenameProposal, code, "change")
        given = RenameDecision(data=request.data)
        given.is_valid(raise_exception=True)
        row = services.accept_rename(proposal=row, actor=caller(request), **given.validated_data)
        return Response(RenameOut(row).data)

    @extend_schema(request=RenameDecision, responses=RenameOut)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, code: str) -> Response:
        """They are two things; a reason is needed."""
        row = fetch(request, RenameProposal, code, "change")
        given = RenameDecision(data=request.data)
        given.is_valid(raise_exception=True)
        row = services.decline_rename(proposal=row, actor=caller(request), **given.validated_data)
        return Response(RenameOut(row).data)
