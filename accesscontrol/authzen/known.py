"""Everything that a number of questions need from the database, read in a constant number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from accesscontrol.authzen.messages import Entity
from accesscontrol.grants.models import Grant
from accesscontrol.identity.models import User
from accesscontrol.policy.querysets import ByPolicy
from accesscontrol.policy.reads import values_of
from accesscontrol.policy.semantics import Values

USER = "user"


@dataclass(frozen=True)
class Subject:
    """An active account and what is stored of it."""

    pk: int
    username: str
    stored: Values


@dataclass(frozen=True)
class Resource:
    """One governed row and what is stored of it."""

    pk: int
    code: UUID
    stored: Values


@dataclass(frozen=True)
class Window:
    """When a grant permits: from its start, and up to but not at its end."""

    starts_at: datetime
    ends_at: datetime | None

    def is_open(self, at: datetime) -> bool:
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


Held = Mapping[tuple[int, str, int], list[Window]]  # user, action, object -> when


@cache
def governed() -> Mapping[str, type[models.Model]]:
    """Return our models whose rows policies decide about, by the type that policies call them."""
    found: dict[str, type[models.Model]] = {}
    for model in apps.get_models():
        guard = getattr(model, "guard", None)
        if isinstance(guard, ByPolicy):
            found[guard.resource_type] = model
    return found


def columns_of(model: Any) -> Mapping[str, str]:
    """Return the ORM path of each attribute of a governed model."""
    columns: Mapping[str, str] = model.guard.columns
    return columns


def subjects(entities: Iterable[Entity]) -> dict[str, Subject]:
    """Return the active accounts that are named, by the name used: a username or a code."""
    names = {entity.id for entity in entities if entity.type == USER}
    codes = {name: code for name in names if (code := as_code(name))}
    people = User.objects.filter(
        Q(username__in=names) | Q(code__in=codes.values()), is_active=True
    ).order_by()
    by_code: dict[Any, Subject] = {}
    by_name: dict[str, Subject] = {}
    stored = values_of(people) if names else {}
    for pk, code in people.values_list("pk", "code") if stored else ():
        if pk in stored:
            subject = Subject(pk, stored[pk]["username"], stored[pk])
            by_code[code] = by_name[subject.username] = subject
    found = {name: by_name.get(name) or by_code.get(codes.get(name)) for name in names}
    return {name: subject for name, subject in found.items() if subject}


def everybody() -> list[Subject]:
    """Return all active accounts by username."""
    stored = values_of(User.objects.filter(is_active=True).order_by())
    people = (Subject(pk, values["username"], values) for pk, values in stored.items())
    return sorted(people, key=lambda person: person.username)


def resources(entities: Iterable[Entity]) -> dict[Entity, Resource]:
    """Return our resources that are named: by their code, or as "namespace/name"."""
    wanted: dict[str, list[Entity]] = {}
    for entity in entities:
        if entity.type in governed():
            wanted.setdefault(entity.type, []).append(entity)
    found: dict[Entity, Resource] = {}
    for kind, asked in wanted.items():
        found |= _resources(governed()[kind], asked)
    return found


def _resources(model: Any, asked: list[Entity]) -> dict[Entity, Resource]:
    columns = columns_of(model)
    codes = {entity: code for entity in asked if (code := as_code(entity.id))}
    by_code = {row.code: row for row in rows(model, Q(code__in=set(codes.values())))} if codes else {}
    found = {entity: by_code[code] for entity, code in codes.items() if code in by_code}
    named = {entity.id for entity in asked if entity not in codes}
    if not (named and {"namespace", "name"} <= columns.keys()):
        return found
    by_name = _by_name(rows(model, _named(columns, named)))
    return found | {entity: by_name[entity.id][0] for entity in asked if len(by_name.get(entity.id, ())) == 1}


def _named(columns: Mapping[str, str], named: Iterable[str]) -> Q:
    """Return rows whose namespace and name may be the two halves of an id, wherever it is divided."""
    halves = [
        (text[:at], text[at + 1 :]) for text in named for at, letter in enumerate(text) if letter == "/"
    ]
    namespaces, names = {half for half, _ in halves}, {half for _, half in halves}
    return Q(**{f"{columns['namespace']}__in": namespaces, f"{columns['name']}__in": names})


def _by_name(found: Iterable[Resource]) -> dict[str, list[Resource]]:
    """Return rows by "namespace/name"; one that means two of them means none."""
    named: dict[str, list[Resource]] = {}
    for row in found:
        named.setdefault(f"{row.stored['namespace']}/{row.stored['name']}", []).append(row)
    return named


def rows(model: Any, asked: Q) -> list[Resource]:
    columns = columns_of(model)
    listed = model._default_manager.filter(asked).order_by().values_list("pk", "code", *columns.values())
    return [Resource(pk, code, dict(zip(columns, values, strict=True))) for pk, code, *values in listed]


def held(model: type[models.Model], people: Iterable[int], objects: Iterable[int]) -> Held:
    """Return the windows of the grants of single objects that are not revoked, own or by role."""
    users, suffix = set(people), f"_{model._meta.model_name}"
    grants = Grant.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        object_pk__in=[str(pk) for pk in objects],
        revoked_at__isnull=True,
    )
    told = ("permission__codename", "object_pk", "starts_at", "ends_at")
    own = grants.filter(user__in=users).values_list("user", *told)
    by_role = grants.filter(group__user__in=users).values_list("group__user", *told)
    found: dict[tuple[int, str, int], list[Window]] = {}
    for user, codename, pk, starts_at, ends_at in (*own, *by_role):
        key = (user, codename.removesuffix(suffix), int(pk))
        found.setdefault(key, []).append(Window(starts_at, ends_at))
    return found


def as_code(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
