from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from mlgovernance.registry import services
from mlgovernance.registry.models import ModelVersion


class ModelOut(serializers.ModelSerializer[ModelVersion]):
    asset = serializers.UUIDField(source="asset.code")

    class Meta:
        model = ModelVersion
        fields = [
            "code",
            "asset",
            "name",
            "version",
            "model_type",
            "description",
            "status",
            "governance_status",
            "reviewed_by",
            "reviewed_at",
            "review_reason",
            "created_by",
            "created_at",
        ]


class ModelIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    version = serializers.CharField(max_length=60)
    model_type = serializers.CharField(max_length=100, required=False, allow_blank=True)
    description = serializers.CharField(required=False, allow_blank=True)


class StatusIn(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=ModelVersion.Status.choices)


class ReviewIn(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=["approved", "rejected"])
    reason = serializers.CharField()


class Models(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Versions of models, where they stand in their life, and whether somebody approved them."""

    door = {
        "list": "mlgovernance.view_modelversion",
        "retrieve": "mlgovernance.view_modelversion",
        "create": "mlgovernance.add_modelversion",
        "partial_update": "mlgovernance.change_modelversion",
        "review": "mlgovernance.review_modelversion",
    }
    queryset = ModelVersion.objects.select_related("asset")
    serializer_class = ModelOut
    filterset_fields = ["name", "version", "status", "governance_status"]

    @extend_schema(request=ModelIn, responses={201: ModelOut})
    def create(self, request: Request) -> Response:
        data = ModelIn(data=request.data)
        data.is_valid(raise_exception=True)
        row = services.register_model_version(actor=caller(request).username, **data.validated_data)
        return Response(ModelOut(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=StatusIn, responses=ModelOut)
    def partial_update(self, request: Request, code: str) -> Response:
        row = self.get_object()
        data = StatusIn(data=request.data)
        data.is_valid(raise_exception=True)
        row = services.change_model_status(
            model_version=row, actor=caller(request).username, **data.validated_data
        )
        return Response(ModelOut(row).data)

    @extend_schema(request=ReviewIn, responses=ModelOut)
    @action(detail=True, methods=["post"])
    def review(self, request: Request, code: str) -> Response:
        """Approve or reject; not by who registered it."""
        row = self.get_object()
        data = ReviewIn(data=request.data)
        data.is_valid(raise_exception=True)
        row = services.review_model_version(
            model_version=row, actor=caller(request).username, **data.validated_data
        )
        return Response(ModelOut(row).data)
