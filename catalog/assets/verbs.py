"""What may be proposed about assets and fields: all that people can say of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from accesscontrol.identity.models import User
from catalog.assets.answering import OF_ASSET, OF_FIELD
from catalog.assets.checks import checked_by_all
from catalog.assets.models import Asset, AssetQuerySet, Field, FieldQuerySet
from catalog.assets.said import checked, plain_of, resolved, words
from catalog.assets.services import EDITABLE, EDITABLE_OF_FIELD, change_asset, change_field
from stewardship.approvals.verbs import Verb, register_verb

CHANGE_ASSET, CHANGE_FIELD = "catalog.change_asset", "catalog.change_field"
LABELS = {
    "owner": "technical owner",
    "retires_on": "last day",
    "has_personal_data": "personal data",
    "gdpr_category": "GDPR category",
}


def rows(user: User, action: str) -> AssetQuerySet:
    if action == "change" and not user.has_perm("catalog.change_asset"):
        return Asset.objects.none()
    return Asset.objects.visible_to(user, action)


def rows_of_fields(user: User, action: str) -> FieldQuerySet:
    if not user.has_perm("catalog.change_field" if action == "change" else "catalog.view_field"):
        return Field.objects.none()
    return Field.objects.visible_to(user, action)


def check(changes: dict[str, Any]) -> dict[str, Any]:
    return checked(Asset(kind=Asset.Kind.TABLE, namespace="-", name="-"), changes, EDITABLE)


def check_field(changes: dict[str, Any]) -> dict[str, Any]:
    return checked(Field(name="-", position=1), changes, EDITABLE_OF_FIELD)


def apply(asset: Asset, changes: dict[str, Any], actor: str, version: int) -> None:
    change_asset(asset=asset, actor=actor, changes=resolved(changes), version=version)


def apply_to_field(field: Field, changes: dict[str, Any], actor: str, version: int) -> None:
    change_field(field=field, actor=actor, changes=resolved(changes), version=version)


def register() -> None:
    show, show_of_field = partial(words, Asset), partial(words, Field)
    register_verb(
        Verb(
            CHANGE_ASSET,
            "Change an asset",
            rows,
            plain_of,
            check,
            apply,
            answering=OF_ASSET,
            show=show,
            check_on=checked_by_all,
            labels=LABELS,
        )
    )
    register_verb(
        Verb(
            CHANGE_FIELD,
            "Change a field",
            rows_of_fields,
            plain_of,
            check_field,
            apply_to_field,
            answering=OF_FIELD,
            show=show_of_field,
            labels=LABELS,
        )
    )
