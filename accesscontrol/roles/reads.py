from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Concat

from accesscontrol.identity.models import User
from accesscontrol.policy.models import Policy
from accesscontrol.roles.models import FLOORS, Role

CHANGE_ROLES = "accesscontrol.change_role"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Ability:
    """A permission as a person reads it; `key` is "app.codename"."""

    key: str
    label: str


@dataclass(frozen=True)
class Floor:
    label: str
    title: str
    abilities: tuple[Ability, ...]


def our_permissions() -> QuerySet[Any]:
    """Return the permissions of our floors, with their `key`; Django's own are not for roles."""
    key = Concat("content_type__app_label", Value("."), "codename")
    rows = Permission.objects.filter(content_type__app_label__in=FLOORS).annotate(key=key)
    return rows.select_related("content_type").order_by("content_type__model", "codename")


def floors(words: str = "", floor: str = "") -> list[Floor]:
    """Return the permissions by floor, as far as they fit what was asked for."""
    by_floor: dict[str, list[Ability]] = {label: [] for label in FLOORS if floor in {"", label}}
    for permission in our_permissions():
        ability = Ability(permission.key, permission.name.removeprefix("Can "))
        listed = by_floor.get(permission.content_type.app_label)
        if listed is not None and words.lower() in f"{ability.key} {ability.label}".lower():
            listed.append(ability)
    return [Floor(label, title_of(label), tuple(each)) for label, each in by_floor.items() if each]


def areas() -> list[tuple[str, str]]:
    """Return the floors by label and title, from the ground up."""
    return [(floor, title_of(floor)) for floor in FLOORS]


def title_of(floor: str) -> str:
    return str(apps.get_app_config(floor).verbose_name)


def permissions_of(roles: Iterable[Role]) -> dict[int, set[str]]:
    """Return the keys of what each role includes, by its primary key."""
    found: dict[int, set[str]] = {role.pk: set() for role in roles}
    rows = our_permissions().filter(group__in=found).values_list("group", "key")
    for role, key in rows:
        if role in found:
            found[role].add(key)
    return found


def roles(*, reader: User) -> QuerySet[Role]:
    """Return the roles with the number of active accounts that hold each."""
    holders = Count("user", filter=Q(user__is_active=True), distinct=True)
    return Role.objects.visible_to(reader).annotate(holders=holders).order_by("name")


def policies_naming(attribute: str, value: str) -> list[str]:
    """Return the active policies with a condition that compares `attribute` with `value`."""
    active = Policy.objects.active().values_list("name", "conditions")
    return [name for name, conditions in active if value in compared_with(conditions, attribute)]


def compared_with(node: Any, attribute: str) -> set[str]:
    """Return the texts that stored conditions compare `attribute` with."""
    return set(_compared(node, attribute))


def _compared(node: Any, attribute: str) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _compared(item, attribute)
    elif isinstance(node, dict):
        if node.get("attribute") == attribute:
            value = node.get("value")
            yield from (text for text in _listed(value) if isinstance(text, str))
        for item in node.values():
            yield from _compared(item, attribute)


def _listed(value: Any) -> Collection[Any]:
    return value if isinstance(value, list) else [value]


def may_change_roles() -> QuerySet[User]:
    """Return the active accounts that a role lets change roles; whoever has all rights is not counted."""
    app, codename = CHANGE_ROLES.split(".")
    held = {
        "groups__permissions__content_type__app_label": app,
        "groups__permissions__codename": codename,
    }
    return User.objects.filter(**held, is_active=True).distinct()


def holders(role: Role) -> QuerySet[User]:
    return User.objects.filter(groups=role).order_by(F("is_active").desc(), "username")


def holders_of(permission: str) -> QuerySet[User]:
    """Return the active accounts whose roles include "app.action_model", in no order."""
    return User.objects.with_perm(permission, backend=BACKEND).order_by()
