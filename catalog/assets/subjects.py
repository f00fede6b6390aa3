"""What people talk about and follow, of this room: assets, and fields as parts of them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accesscontrol.identity.models import User
from accesscontrol.reach.who import allowed
from accesscontrol.roles.reads import holders_of
from catalog.assets.models import Asset, AssetQuerySet, Field, FieldQuerySet
from stewardship.subjects.registry import Kind, add_subject

PERMISSION = "catalog.view_asset"


def assets(reader: User) -> AssetQuerySet:
    return Asset.objects.visible_to(reader) if reader.has_perm(PERMISSION) else Asset.objects.none()


def changeable(user: User) -> AssetQuerySet:
    if not user.has_perm("catalog.change_asset"):
        return Asset.objects.none()
    return Asset.objects.visible_to(user, "change")


def answered(user: User) -> AssetQuerySet:
    """What a person owns, or is the steward of."""
    return Asset.objects.filter(Q(owner=user) | Q(business_owner=user) | Q(acting_steward=user))


def answering(asset: Asset) -> set[int]:
    people = (asset.owner_id, asset.business_owner_id, asset.acting_steward_id)
    return {pk for pk in people if pk}


def seers(asset: Asset, people: QuerySet[User]) -> set[int]:
    """Which of many people may see the asset: by their roles, and by policies and grants."""
    return allowed(asset, "view", people.filter(pk__in=holders_of(PERMISSION).values("pk")))


def talked_at(asset: Asset) -> str:
    return reverse("catalog:panel", args=[asset.code, "discussion"])


def fields(reader: User) -> FieldQuerySet:
    rows = Field.objects.filter(asset__in=assets(reader).order_by().values("pk"))
    return rows.select_related("asset")


def parts(asset: Asset) -> list[tuple[str, Any]]:
    return [("field", asset.fields.present().select_related("asset"))]


def register() -> None:
    add_subject(
        Kind(
            "asset",
            "asset",
            rows=assets,
            answered_by=answered,
            answering=answering,
            announced_by=changeable,
            seers=seers,
            talked_at=talked_at,
            title=lambda asset: asset.title,
            parts=parts,
            is_followed=True,
        )
    )
    add_subject(
        Kind(
            "field",
            "column",
            rows=fields,
            answered_by=lambda user: Field.objects.filter(asset__in=answered(user).order_by().values("pk")),
            answering=lambda field: answering(field.asset),
            seers=lambda field, people: seers(field.asset, people),
            part_of=lambda field: ("asset", field.asset.code),
            talked_at=lambda field: talked_at(field.asset),
            address=lambda field: field.asset.get_absolute_url(),
            title=lambda field: f"{field.asset.title}.{field.name}",
        )
    )
