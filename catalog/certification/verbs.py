"""A certificate as what may be proposed."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from accesscontrol.identity.models import User
from catalog.assets.answering import OF_ASSET
from catalog.assets.models import Asset, AssetQuerySet
from catalog.certification.services import say_certificate
from catalog.certification.terms import last_day
from stewardship.approvals.verbs import Verb, register_verb

CERTIFY = "catalog.certify_asset"
KEYS = ("certification", "until", "why")
LABELS = {"certification": "level", "until": "last day", "why": "reason"}


def rows(user: User, action: str) -> AssetQuerySet:
    if action == "change" and not user.has_perm("catalog.certify_asset"):
        return Asset.objects.none()
    return Asset.objects.visible_to(user, action)


def current(asset: Asset, changes: dict[str, Any]) -> dict[str, Any]:
    until = last_day(asset.certified_until).isoformat() if asset.certified_until else None
    now = {"certification": asset.certification, "until": until, "why": ""}
    return {key: now[key] for key in changes}


def check(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the level, the last day and the reason; raises ValidationError by name."""
    unknown = sorted(changes.keys() - set(KEYS))
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, f"Write {', '.join(KEYS)}."))
    level, why = changes.get("certification") or "", changes.get("why") or ""
    if level not in {"", *Asset.Certification.values}:
        raise ValidationError(
            {"certification": f"Choose {', '.join(Asset.Certification.values)}, or nothing."}
        )
    if not isinstance(why, str) or not why.strip() or "\0" in why:
        raise ValidationError({"why": "Say why: the asset's people read it."})
    return {"certification": level, "until": _day(changes.get("until"), level), "why": why.strip()}


def _day(said: Any, level: str) -> str | None:
    if said in (None, "") or not level:
        return None
    try:
        return date.fromisoformat(said).isoformat()
    except (TypeError, ValueError) as error:
        raise ValidationError({"until": "Write a day as 2027-03-01."}) from error


def apply(asset: Asset, changes: dict[str, Any], actor: str, version: int) -> None:
    said = {"certification": asset.certification, "until": None, **changes}
    if "until" not in changes and asset.certified_until:
        said["until"] = last_day(asset.certified_until).isoformat()
    say_certificate(asset=asset, said=said, actor=actor, version=version)


def show(key: str, value: Any) -> str:
    if key == "certification":
        return str(dict(Asset.Certification.choices).get(value, "none"))
    return str(value or "")


def register() -> None:
    does = (current, check, apply)
    register_verb(
        Verb(CERTIFY, "Certify an asset", rows, *does, answering=OF_ASSET, show=show, labels=LABELS)
    )
