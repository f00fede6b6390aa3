from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.refusal import Refused
from catalog.assets.services import change_asset, ensure_assets
from lineage.graph.edges import MODEL, EdgeSpec
from lineage.graph.services import draw_edges
from mlgovernance.deployments.facts import DeploymentRetired, ModelDeployed
from mlgovernance.deployments.models import Deployment
from mlgovernance.registry.models import ModelVersion
from mlgovernance.registry.naming import deployment_asset


@transaction.atomic
def deploy_model(
    *, model_version: ModelVersion, environment: str, actor: str, endpoint: str = ""
) -> Deployment:
    """Note that a version is at work in an environment, and draw that it came from the model.

    Refuses a rejected version, and one that is at work there already. Raises `ValidationError` by field.
    """
    model = (
        ModelVersion.objects.select_for_update(of=("self",)).select_related("asset").get(pk=model_version.pk)
    )
    if model.governance_status == ModelVersion.Governance.REJECTED:
        raise Refused(f"{model} was rejected; it is not deployed.")
    row = Deployment(
        model_version=model,
        environment=environment,
        endpoint=endpoint,
        deployed_by=actor,
        deployed_at=timezone.now(),
    )
    row.full_clean(exclude=["asset"], validate_unique=False, validate_constraints=False)
    if Deployment.objects.active().filter(model_version=model, environment=environment).exists():
        raise Refused(f"{model} is at work in {environment} already.")
    _draw(row, actor)
    row.save()
    record(
        ModelDeployed(
            subject=str(row.code), actor=actor, model=str(model), environment=environment, endpoint=endpoint
        )
    )
    return row


def _draw(row: Deployment, actor: str) -> None:
    """Give the deployment its asset, as sensitive and in the same domain as the model's."""
    model = row.model_version
    wanted = deployment_asset(model.name, model.version, row.environment)
    row.asset = ensure_assets(wanted={wanted}, actor=actor)[wanted]
    inherited = {key: getattr(model.asset, key) for key in ("domain", "owner", "sensitivity", "location")}
    row.asset = change_asset(asset=row.asset, actor=actor, changes=inherited)
    draw_edges(edges=[EdgeSpec(source=model.asset_id, target=row.asset.pk, kind=MODEL)], actor=actor)


@transaction.atomic
def retire_deployment(*, deployment: Deployment, actor: str) -> Deployment:
    """Note that it is at work no longer; what came from it keeps its lineage."""
    rows = Deployment.objects.select_for_update(of=("self",)).select_related("model_version")
    row = rows.get(pk=deployment.pk)
    if row.status == Deployment.Status.RETIRED:
        raise Refused("This deployment is retired already.")
    row.status, row.retired_at = Deployment.Status.RETIRED, timezone.now()
    row.save(update_fields=["status", "retired_at"])
    record(
        DeploymentRetired(
            subject=str(row.code), actor=actor, model=str(row.model_version), environment=row.environment
        )
    )
    return row
