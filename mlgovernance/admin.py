from django.contrib import admin

from accesscontrol.backoffice import ReadOnlyAdmin
from mlgovernance.deployments.models import Deployment
from mlgovernance.registry.models import ModelVersion
from mlgovernance.training.models import TrainingData, TrainingRun


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    list_display = [
        "name",
        "version",
        "model_type",
        "status",
        "governance_status",
        "created_by",
        "created_at",
    ]
    list_filter = ["status", "governance_status"]
    search_fields = ["name", "version", "description", "created_by"]


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnlyAdmin):
    list_display = ["model_version", "status", "created_by", "started_at", "finished_at"]
    list_filter = ["status"]
    list_select_related = ["model_version"]
    search_fields = ["model_version__name", "created_by", "code_version"]


@admin.register(TrainingData)
class TrainingDataAdmin(ReadOnlyAdmin):
    list_display = ["asset", "split", "run"]
    list_filter = ["split"]
    list_select_related = ["asset", "run__model_version"]
    search_fields = ["asset__name", "run__model_version__name"]


@admin.register(Deployment)
class DeploymentAdmin(ReadOnlyAdmin):
    list_display = ["model_version", "environment", "status", "deployed_by", "deployed_at", "retired_at"]
    list_filter = ["status", "environment"]
    list_select_related = ["model_version"]
    search_fields = ["model_version__name", "endpoint", "deployed_by"]
