from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from catalog.assets.services import change_asset, ensure_assets
from mlgovernance.registry.facts import ModelReviewed, ModelStatusChanged, ModelVersionRegistered
from mlgovernance.registry.models import ModelVersion
from mlgovernance.registry.naming import model_asset

Governance = ModelVersion.Governance


@transaction.atomic
def register_model_version(
    *,
    name: str,
    version: str,
    actor: str,
    model_type: str = "",
    description: str = "",
    status: str = ModelVersion.Status.DEVELOPMENT,
) -> ModelVersion:
    """Give a model version its row and its asset, owned by who registers it; it waits for a review.

    Raises `ValidationError` by field; a version that is registered already is one of them.
    """
    row = ModelVersion(
        name=name,
        version=version,
        model_type=model_type,
        description=description,
        status=status,
        created_by=actor,
    )
    row.full_clean(exclude=["asset"], validate_unique=False, validate_constraints=False)
    row.asset = _asset(row, actor)
    if ModelVersion.objects.named(name, version).exists():
        raise ValidationError({"version": f"{name} {version} is registered already."})
    row.save()
    record(ModelVersionRegistered(subject=str(row.code), actor=actor, model=str(row), model_type=model_type))
    return row


def _asset(row: ModelVersion, actor: str) -> Asset:
    """Return the model's asset, locked: two who register the same version come one after the other."""
    wanted = model_asset(row.name, row.version)
    asset = ensure_assets(wanted={wanted}, actor=actor)[wanted]
    changes = {
        "description": asset.description or row.description,
        "owner": asset.owner or User.objects.filter(username=actor).first(),
    }
    return change_asset(asset=asset, actor=actor, changes=changes)


@transaction.atomic
def ensure_model_version(*, name: str, version: str, actor: str) -> ModelVersion:
    """Return the actor's own version, registering it when it is new: a training may be its first sign.

    Many trainings of one new version may begin at once. Somebody else's version is a `ValidationError`.
    """
    own = ModelVersion.objects.named(name, version).filter(created_by=actor)
    known = own.first()
    if known:
        return known
    try:
        with transaction.atomic():
            return register_model_version(name=name, version=version, actor=actor)
    except ValidationError:
        if found := own.first():
            return found
        raise


@transaction.atomic
def change_model_status(*, model_version: ModelVersion, status: str, actor: str) -> ModelVersion:
    """Move the version along its life; only an approved one may be in production."""
    row = _locked(model_version)
    if status not in ModelVersion.Status.values:
        raise ValidationError({"status": f"Choose one of {', '.join(ModelVersion.Status.values)}."})
    if status == ModelVersion.Status.PRODUCTION and row.governance_status != Governance.APPROVED:
        raise Refused("A model goes into production only after it has been approved.")
    if status != row.status:
        before, row.status = row.status, status
        row.save(update_fields=["status"])
        record(
            ModelStatusChanged(
                subject=str(row.code), actor=actor, model=str(row), before=before, after=status
            )
        )
    return row


@transaction.atomic
def review_model_version(
    *, model_version: ModelVersion, verdict: str, reason: str, actor: str
) -> ModelVersion:
    """Approve or reject, with a reason, what somebody else made; a later review overrules an earlier one."""
    row = _locked(model_version)
    if verdict not in (Governance.APPROVED, Governance.REJECTED):
        raise ValidationError({"verdict": "Choose approved or rejected."})
    if row.created_by == actor:
        raise Refused("Who registered a model cannot review it; ask somebody else.")
    if not reason.strip():
        raise ValidationError({"reason": "Say why."})
    row.governance_status, row.review_reason = verdict, reason
    row.reviewed_by, row.reviewed_at = actor, timezone.now()
    row.save(update_fields=["governance_status", "review_reason", "reviewed_by", "reviewed_at"])
    record(ModelReviewed(subject=str(row.code), actor=actor, model=str(row), verdict=verdict, reason=reason))
    return row


def _locked(model_version: ModelVersion) -> ModelVersion:
    rows = ModelVersion.objects.select_for_update(of=("self",)).select_related("asset")
    return rows.get(pk=model_version.pk)
