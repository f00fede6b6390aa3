from typing import Any

from django.core.exceptions import PermissionDenied
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from mlgovernance.registry.models import ModelVersion
from mlgovernance.training import services
from mlgovernance.training.models import TrainingData, TrainingRun
from mlgovernance.training.reads import training_runs
from mlgovernance.training.services import Dataset


class DatasetOut(serializers.Serializer[TrainingData]):
    asset = serializers.UUIDField(source="asset.code")
    namespace = serializers.CharField(source="asset.namespace")
    name = serializers.CharField(source="asset.name")
    split = serializers.CharField()


class TrainingRunOut(serializers.ModelSerializer[TrainingRun]):
    model = serializers.CharField(source="model_version.name")
    version = serializers.CharField(source="model_version.version")
    model_version = serializers.UUIDField(source="model_version.code")
    datasets = DatasetOut(source="seen", many=True, help_text="Those that the caller may see.")
    datasets_read = serializers.IntegerField(source="read")

    class Meta:
        model = TrainingRun
        fields = [
            "code",
            "model",
            "version",
            "model_version",
            "status",
            "datasets",
            "datasets_read",
            "hyperparameters",
            "metrics",
            "environment",
            "code_version",
            "error",
            "created_by",
            "started_at",
            "finished_at",
        ]


class DatasetIn(serializers.Serializer[Any]):
    """A dataset by its OpenLineage identity."""

    namespace = serializers.CharField(max_length=500)
    name = serializers.CharField(max_length=1000)
    split = serializers.ChoiceField(choices=TrainingData.Split.choices, default="train")


class TrainingIn(serializers.Serializer[Any]):
    """A training that begins. A model version that is new is registered with it."""

    model = serializers.CharField(max_length=200)
    version = serializers.CharField(max_length=60)
    datasets = serializers.ListField(child=DatasetIn(), allow_empty=False)
    hyperparameters = serializers.DictField(required=False)
    environment = serializers.DictField(required=False)
    code_version = serializers.CharField(max_length=100, required=False, allow_blank=True)


class TrainingChange(serializers.Serializer[Any]):
    """Numbers of a run at work, or its end with `status` complete or failed."""

    metrics = serializers.DictField(required=False, default=dict)
    status = serializers.ChoiceField(choices=["complete", "failed"], required=False)
    error = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class TrainingFilter(filters.FilterSet):
    model = filters.CharFilter("model_version__name")
    version = filters.CharFilter("model_version__version")

    class Meta:
        model = TrainingRun
        fields = ["status"]


class TrainingRuns(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Trainings: what went in, with which settings, and what came out."""

    door = {
        "list": "mlgovernance.view_trainingrun",
        "retrieve": "mlgovernance.view_trainingrun",
        "create": "mlgovernance.add_trainingrun",
        "partial_update": "mlgovernance.change_trainingrun",
    }
    queryset = TrainingRun.objects.all()
    serializer_class = TrainingRunOut
    filterset_class = TrainingFilter

    def get_queryset(self) -> Any:
        return training_runs(reader=caller(self.request))

    @extend_schema(request=TrainingIn, responses={201: TrainingRunOut})
    def create(self, request: Request) -> Response:
        data = TrainingIn(data=request.data)
        data.is_valid(raise_exception=True)
        given = dict(data.validated_data)
        given["datasets"] = [Dataset(**each) for each in given["datasets"]]
        return self._shown(self._started(given.pop("model"), given.pop("version"), given), 201)

    def _started(self, name: str, version: str, given: dict[str, Any]) -> TrainingRun:
        user = caller(self.request)
        known = ModelVersion.objects.visible_to(user).named(name, version).first()
        if known:
            return services.start_training(model_version=known, actor=user.username, **given)
        if not user.has_perm("mlgovernance.add_modelversion"):
            raise PermissionDenied("Your roles do not include registering a model.")
        return services.start_first_training(name=name, version=version, actor=user.username, **given)

    def retrieve(self, request: Request, code: str) -> Response:
        return self._shown(self.get_object(), 200)

    @extend_schema(request=TrainingChange, responses=TrainingRunOut)
    def partial_update(self, request: Request, code: str) -> Response:
        run, actor = self.get_object(), caller(request).username
        data = TrainingChange(data=request.data)
        data.is_valid(raise_exception=True)
        if "status" in data.validated_data:
            run = services.finish_training(run=run, actor=actor, **data.validated_data)
        else:
            run = services.log_metrics(run=run, actor=actor, metrics=data.validated_data["metrics"])
        return self._shown(run, 200)

    def _shown(self, run: TrainingRun, code: int) -> Response:
        """Read it again as the caller: of what it read, only what they may see is named."""
        shown = training_runs(reader=caller(self.request)).filter(pk=run.pk).first()
        return Response(TrainingRunOut(shown).data if shown else {"code": run.code}, status=code)
