"""What may be proposed about assets."""

from typing import Any

from django.core.exceptions import ValidationError

from accesscontrol.identity.models import User
from catalog.assets.models import Asset, AssetQuerySet
from catalog.assets.services import change_asset
from stewardship.approvals.verbs import Verb, register_verb

CHANGE_ASSET = "catalog.change_asset"
PROPOSABLE = {"description", "status", "gdpr_category", "sensitivity"}


def rows(user: User, action: str) -> AssetQuerySet:
    if action == "change" and not user.has_perm("catalog.change_asset"):
        return Asset.objects.none()
    return Asset.objects.visible_to(user, action)


def current(asset: Asset, changes: dict[str, Any]) -> dict[str, Any]:
    return {key: getattr(asset, key) for key in changes}


def check(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the changes as the asset will keep them; raises `ValidationError` by field."""
    unknown = sorted(changes.keys() - PROPOSABLE)
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "This cannot be proposed."))
    draft = Asset(kind=Asset.Kind.TABLE, namespace="-", name="-", **changes)
    draft.clean_fields(exclude={f.name for f in Asset._meta.fields} - changes.keys())
    return {key: getattr(draft, key) for key in changes}


def apply(asset: Asset, changes: dict[str, Any], actor: str, version: int) -> None:
    change_asset(asset=asset, actor=actor, changes=changes, version=version)


def register() -> None:
    register_verb(Verb(CHANGE_ASSET, "Change an asset", rows, current, check, apply))
