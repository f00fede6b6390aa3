from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from accesscontrol.identity.models import User
from lineage.graph.reads import Reach, upstream_datasets
from mlgovernance.deployments.models import Deployment
from mlgovernance.registry.models import ModelVersion, ModelVersionQuerySet
from mlgovernance.training.models import TrainingRun
from mlgovernance.training.reads import training_runs

MOST_RUNS = 20  # on the page of a model


@dataclass(frozen=True)
class Dossier:
    """What is known of one model version, as far as the reader may see it."""

    model: ModelVersion
    runs: list[TrainingRun]
    deployments: list[Deployment]
    behind: Reach


def listed_models(*, reader: User, wanted: dict[str, str]) -> ModelVersionQuerySet:
    """The models of the list, each with `.trainings`; `wanted` narrows by columns."""
    rows = ModelVersion.objects.visible_to(reader).filter(**wanted).for_list()
    return rows.annotate(trainings=Count("training_runs")).order_by("name", "-pk")


def dossier(*, reader: User, model: ModelVersion) -> Dossier:
    """Gather everything about one version; the same number of queries whatever there is."""
    runs = training_runs(reader=reader).filter(model_version=model)
    deployments = Deployment.objects.visible_to(reader).filter(model_version=model).for_list()
    return Dossier(
        model=model,
        runs=list(runs[:MOST_RUNS]),
        deployments=list(deployments),
        behind=upstream_datasets(reader=reader, asset=model.asset),
    )


def last_metrics(runs: Iterable[TrainingRun]) -> dict[str, float]:
    """The numbers of the newest complete run."""
    complete = (run.metrics for run in runs if run.status == TrainingRun.Status.COMPLETE)
    return next(complete, {})
