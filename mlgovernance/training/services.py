from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from catalog.assets.names import AssetName
from catalog.assets.services import ensure_assets
from lineage.graph.edges import MODEL, EdgeSpec
from lineage.graph.services import draw_edges
from mlgovernance.registry.models import ModelVersion
from mlgovernance.registry.naming import training_job
from mlgovernance.registry.services import ensure_model_version
from mlgovernance.training.facts import TrainingFinished, TrainingStarted
from mlgovernance.training.models import TrainingData, TrainingRun

Status = TrainingRun.Status
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Dataset:
    """A dataset by its OpenLineage identity. One that the catalog knows keeps its kind."""

    namespace: str
    name: str
    split: str = "train"

    @property
    def wanted(self) -> AssetName:
        return AssetName(Asset.Kind.TRAINING_SET, self.namespace, self.name)


@transaction.atomic
def start_training(
    *,
    model_version: ModelVersion,
    datasets: Collection[Dataset],
    actor: str,
    hyperparameters: Document | None = None,
    environment: Document | None = None,
    code_version: str = "",
) -> TrainingRun:
    """Note that a training began, and what it reads. Raises `ValidationError` by field."""
    if not datasets:
        raise ValidationError({"datasets": "Say what the model is trained on."})
    run = TrainingRun(
        model_version=model_version,
        hyperparameters=dict(hyperparameters or {}),
        environment=dict(environment or {}),
        code_version=code_version,
        created_by=actor,
        started_at=timezone.now(),
    )
    run.full_clean()
    run.save()
    assets = ensure_assets(wanted={each.wanted for each in datasets}, actor=actor)
    rows = dict.fromkeys((assets[each.wanted], each.split) for each in datasets)
    TrainingData.objects.bulk_create(TrainingData(run=run, asset=asset, split=split) for asset, split in rows)
    record(
        TrainingStarted(subject=str(run.code), actor=actor, model=str(model_version), datasets=_names(run))
    )
    return run


@transaction.atomic
def start_first_training(*, name: str, version: str, actor: str, **given: Any) -> TrainingRun:
    """Begin the training of a version that nobody registered: it is registered with it."""
    model_version = ensure_model_version(name=name, version=version, actor=actor)
    return start_training(model_version=model_version, actor=actor, **given)


@transaction.atomic
def log_metrics(*, run: TrainingRun, metrics: Document, actor: str) -> TrainingRun:
    """Add numbers to a run at work; a name that is there gets the new number. No fact: there are many."""
    run = _running(run)
    run.metrics = {**run.metrics, **metrics}
    run.full_clean()
    run.save(update_fields=["metrics"])
    return run


@transaction.atomic
def finish_training(
    *, run: TrainingRun, status: str, actor: str, metrics: Document | None = None, error: str = ""
) -> TrainingRun:
    """End the run. Only a complete one made a model, so only then its data is drawn as behind the model."""
    run = _running(run)
    if status not in (Status.COMPLETE, Status.FAILED):
        raise ValidationError({"status": "Choose complete or failed."})
    run.status, run.error, run.finished_at = status, error[:500], timezone.now()
    run.metrics = {**run.metrics, **(metrics or {})}
    run.full_clean()
    run.save(update_fields=["status", "error", "finished_at", "metrics"])
    if status == Status.COMPLETE:
        _draw(run, actor)
    record(
        TrainingFinished(
            subject=str(run.code),
            actor=actor,
            model=str(run.model_version),
            datasets=_names(run),
            status=status,
            error=run.error,
        )
    )
    return run


def _running(run: TrainingRun) -> TrainingRun:
    rows = TrainingRun.objects.select_for_update(of=("self",)).select_related("model_version__asset")
    run = rows.get(pk=run.pk)
    if run.status != Status.RUNNING:
        raise Refused(f"This training run has ended already; it is {run.status}.")
    return run


def _draw(run: TrainingRun, actor: str) -> None:
    model = run.model_version
    wanted = training_job(model.name)
    job = ensure_assets(wanted={wanted}, actor=actor)[wanted]
    edges = {
        EdgeSpec(source=pk, target=model.asset_id, kind=MODEL, job=job.pk, since=run.started_at)
        for pk in run.data.values_list("asset", flat=True)
    }
    draw_edges(edges=edges, actor=actor)


def _names(run: TrainingRun) -> list[str]:
    return sorted(set(run.data.values_list("asset__name", flat=True)))
