"""What a database should allow, worked out from what the portal knows; and what a reader may see of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Prefetch, QuerySet
from django.utils import timezone

from accesscontrol.enforcement.masking import tags_of
from accesscontrol.enforcement.wanted import Column, RowRule, Subject, Table, Wanted, wanted
from accesscontrol.identity.models import User
from accesscontrol.policy.reads import policy_set
from catalog.assets.models import Asset, AssetQuerySet, Field
from catalog.enforcement.models import Enforcement, RoleMapping

RELATIONS = (Asset.Kind.TABLE, Asset.Kind.VIEW)
OF_A_PERSON = ("department", "clearance", "location", "is_service")
ENTITLING = ("department", "location", "team", "username")  # of a person, as values of entitlements


def wanted_now(enforcement: Enforcement) -> Wanted:
    """Return what the database should allow at this moment."""
    trusted = {*enforcement.trusted_roles, enforcement.source.settings.get("user", ""), enforcement.user}
    return wanted(
        rules=policy_set(),
        now=timezone.now(),
        subjects=[subject(mapping) for mapping in mappings(enforcement)],
        tables=list(tables(enforcement)),
        schema=enforcement.schema,
        owner=enforcement.owner_role,
        trusted=trusted - {""},
        prefix=enforcement.unmask_prefix,
    )


def mark(asked: Wanted) -> str:
    """Return a text that differs whenever something else is wanted."""
    said = asdict(replace(asked, verdicts=()))
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def mappings(enforcement: Enforcement) -> QuerySet[RoleMapping]:
    return enforcement.mappings.select_related("group", "team", "person")


def assets_of(enforcement: Enforcement) -> AssetQuerySet:
    """Return the tables and views that are governed, whoever may see them."""
    rows = Asset.objects.present().of_kinds(*RELATIONS).filter(source=enforcement.source)
    return rows.filter(facts__database=enforcement.database).exclude(
        facts__contains={"schema": enforcement.schema}
    )


def tables(enforcement: Enforcement) -> Iterator[Table]:
    """Yield the governed tables with their columns' tags, and what policies read of them."""
    columns = Prefetch("fields", Field.objects.present().order_by("position"))
    found = [
        asset
        for asset in assets_of(enforcement).prefetch_related(columns)
        if included(enforcement.include, schema_of(asset), asset.title)
    ]
    paths = Asset.guard.columns
    rows = Asset.objects.filter(pk__in=[asset.pk for asset in found]).values_list("pk", *paths.values())
    resources = {pk: dict(zip(paths, values, strict=True)) for pk, *values in rows}
    rules: dict[int, list[RowRule]] = {}
    for rule in enforcement.row_rules.all():
        rules.setdefault(rule.asset_id, []).append(RowRule(rule.column, rule.attribute))
    for asset in found:
        yield Table(
            key=str(asset.code),
            schema=schema_of(asset),
            name=asset.title,
            columns=tuple(column(each) for each in asset.fields.all()),
            resource=resources[asset.pk],
            rows=tuple(rules.get(asset.pk, ())),
            kind=asset.kind,
        )


def schema_of(asset: Asset) -> str:
    """Return where the table stands: its schema, or its database where a server has no schemas."""
    return str(asset.facts.get("schema") or asset.facts["database"])


def included(patterns: Iterable[str], schema: str, table: str) -> bool:
    """Return whether a table is governed: all are without patterns. A dot makes a pattern schema.table."""
    known = list(patterns)
    return not known or any(
        fnmatchcase(f"{schema}.{table}" if "." in each else schema, each) for each in known
    )


def column(field: Field) -> Column:
    tags = tags_of(
        identity=field.identity, sensitive=field.sensitive, gdpr_sensitivity=field.gdpr_sensitivity
    )
    return Column(field.name, field.data_type, tags)


def subject(mapping: RoleMapping) -> Subject:
    """Return the database role with those who hold it.

    Of a role or a team every kind of member there is counts, without their names: a policy that
    asks for a name permits none of them. Without members it is a member of whom nothing else is known.
    """
    people = members(mapping)
    given = {key: tuple(map(str, values)) for key, values in mapping.entitlements.items()}
    if mapping.person:
        own = {key: (str(people[0][key]),) for key in ENTITLING if people and people[0].get(key)}
        given = {**own, **given}
    return Subject(mapping.database_role, tuple(people), frozenset(mapping.unmask), given)


def members(mapping: RoleMapping) -> list[dict[str, Any]]:
    """Return the different kinds of people behind a mapping, as policies see them; see also `user_values`."""
    rows = User.objects.filter(is_active=True)
    if mapping.person:
        rows = rows.filter(pk=mapping.person.pk)
    elif mapping.team:
        rows = rows.filter(team=mapping.team)
    else:
        rows = rows.filter(pk__in=User.objects.filter(groups=mapping.group).values("pk"))
    told = rows.annotate(
        team_name=F("team__name"), role_names=ArrayAgg("groups__name", order_by="groups__name")
    )
    kinds: dict[str, dict[str, Any]] = {}
    for row in told.values("username", "team_name", "role_names", *OF_A_PERSON):
        known = {key: row[key] for key in OF_A_PERSON}
        known |= {"team": row["team_name"], "roles": tuple(filter(None, row["role_names"] or ()))}
        known |= {"username": row["username"]} if mapping.person else {}
        kinds.setdefault(json.dumps(known, sort_keys=True), known)
    if not kinds and not mapping.person:
        return [unknown_member(mapping)]
    return list(kinds.values())


def unknown_member(mapping: RoleMapping) -> dict[str, Any]:
    if mapping.team:
        return {"team": mapping.team.name}
    return {"roles": (mapping.group.name,)} if mapping.group else {}


def sees_everything(enforcement: Enforcement, user: User) -> bool:
    """Return whether nothing of the source is hidden from `user`: only then may they plan for all of it."""
    return not assets_of(enforcement).hidden_from(user).exists()


def seen_keys(enforcement: Enforcement, user: User) -> dict[str, Asset]:
    """Return the governed tables that `user` may see, by the key that plans and checks name them by."""
    rows = assets_of(enforcement).visible_to(user).only("code", "name", "kind", "facts")
    return {str(asset.code): asset for asset in rows}


def count_of_included(enforcement: Enforcement, assets: Iterable[Asset]) -> int:
    """Return how many of `assets` the patterns of `enforcement` let in."""
    return sum(included(enforcement.include, schema_of(asset), asset.title) for asset in assets)
