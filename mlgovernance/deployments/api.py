from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from mlgovernance.deployments import services
from mlgovernance.deployments.models import Deployment
from mlgovernance.registry.models import ModelVersion


class DeploymentOut(serializers.ModelSerializer[Deployment]):
    asset = serializers.UUIDField(source="asset.code")
    model = serializers.CharField(source="model_version.name")
    version = serializers.CharField(source="model_version.version")

    class Meta:
        model = Deployment
        fields = [
            "code",
            "asset",
            "model",
            "version",
            "environment",
            "endpoint",
            "status",
            "deployed_by",
            "deployed_at",
            "retired_at",
        ]


class DeploymentIn(serializers.Serializer[Any]):
    model = serializers.CharField(max_length=200)
    version = serializers.CharField(max_length=60)
    environment = serializers.CharField(max_length=60)
    endpoint = serializers.CharField(max_length=500, required=False, allow_blank=True)


class DeploymentChange(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=["retired"])


class DeploymentFilter(filters.FilterSet):
    model = filters.CharFilter("model_version__name")
    version = filters.CharFilter("model_version__version")

    class Meta:
        model = Deployment
        fields = ["status", "environment"]


class Deployments(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Where models are at work, and where they were."""

    door = {
        "list": "mlgovernance.view_deployment",
        "retrieve": "mlgovernance.view_deployment",
        "create": "mlgovernance.add_deployment",
        "partial_update": "mlgovernance.change_deployment",
    }
    queryset = Deployment.objects.select_related("asset", "model_version")
    serializer_class = DeploymentOut
    filterset_class = DeploymentFilter

    @extend_schema(request=DeploymentIn, responses={201: DeploymentOut})
    def create(self, request: Request) -> Response:
        data = DeploymentIn(data=request.data)
        data.is_valid(raise_exception=True)
        given = dict(data.validated_data)
        model = self._model_version(given.pop("model"), given.pop("version"))
        row = services.deploy_model(model_version=model, actor=caller(request).username, **given)
        return Response(DeploymentOut(row).data, status=status.HTTP_201_CREATED)

    def _model_version(self, name: str, version: str) -> ModelVersion:
        row = ModelVersion.objects.visible_to(caller(self.request)).named(name, version).first()
        if row is None:
            raise serializers.ValidationError({"version": f"There is no {name} {version} here."})
        return row

    @extend_schema(request=DeploymentChange, responses=DeploymentOut)
    def partial_update(self, request: Request, code: str) -> Response:
        """Retire it."""
        row = self.get_object()
        data = DeploymentChange(data=request.data)
        data.is_valid(raise_exception=True)
        row = services.retire_deployment(deployment=row, actor=caller(request).username)
        return Response(DeploymentOut(row).data)
