"""A company for the measurements of access: people, assets and policies, the same in every run."""

from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection

from accesscontrol.identity.models import Team, User
from catalog.domains.models import Domain
from catalog.domains.services import save_domain

SEED = 3
KINDS = ("table", "view", "file", "topic", "feature")
PLACES = ("DE", "FR", "US", "JP", "BR", "IN", "ZA", "SE")
DEPARTMENTS = tuple(f"department-{at}" for at in range(20))
TEAMS = tuple(f"team-{at}" for at in range(40))
ROLES = ("analyst", "engineer", "scientist", "auditor", "steward", "support")
DOMAINS = 20
OFFICE_HOURS = datetime(2026, 11, 20, 10, tzinfo=UTC)
Condition = dict[str, Any]
Document = dict[str, Any]

ASSETS = """
INSERT INTO catalog_asset (code, kind, namespace, name, description, harvested_description, status, domain_id,
    location, sensitivity, has_personal_data, gdpr_category, facts, fingerprint, version, field_names,
    certification, properties, created_at, updated_at)
SELECT gen_random_uuid(), (%(kinds)s::text[])[1 + at %% 5], 'bench://access',
    'shop.schema_' || at %% 97 || '.table_' || at, '', '',
    CASE WHEN at %% 20 = 0 THEN 'deprecated' ELSE 'active' END,
    CASE WHEN hashint4(at) %% 20 <> 0 THEN (%(domains)s::bigint[])[1 + abs(hashint4(at + 1)) %% 20] END,
    CASE WHEN hashint4(at + 2) %% 20 = 0 THEN ''
        ELSE (%(places)s::text[])[1 + abs(hashint4(at + 3)) %% 8] END,
    CASE WHEN hashint4(at + 4) %% 20 <> 0 THEN abs(hashint4(at + 5)) %% 4 END,
    at %% 5 = 0, '', '{}', '', 1, '', '', '{}', now(), now()
FROM generate_series(1, %(assets)s) AS at
"""


def load_assets(assets: int) -> None:
    """Write so many assets, one in twenty without a domain, a location or a sensitivity."""
    Domain.objects.filter(slug__startswith="domain-").delete()
    slugs = [f"domain-{at}" for at in range(1, DOMAINS + 1)]
    domains = [save_domain(actor="bench", slug=slug, name=slug.title()).pk for slug in slugs]
    known: dict[str, Any] = {
        "kinds": list(KINDS),
        "places": list(PLACES),
        "domains": domains,
        "assets": assets,
    }
    with connection.cursor() as cursor:
        cursor.execute(ASSETS, known)
        cursor.execute("VACUUM ANALYZE catalog_asset")


def load_people(people: int) -> list[User]:
    """Write so many people; their attributes are drawn."""
    User.objects.filter(username__startswith="person-").delete()
    dice = Random(SEED)
    teams = [Team.objects.get_or_create(name=name)[0] for name in TEAMS]
    roles = [Group.objects.get_or_create(name=name)[0] for name in ROLES]
    made = User.objects.bulk_create(
        User(
            username=f"person-{at}",
            department=dice.choice(DEPARTMENTS),
            location=dice.choice(PLACES),
            clearance=dice.randrange(4),
            team=dice.choice(teams),
        )
        for at in range(people)
    )
    member = User.groups.through
    member.objects.bulk_create(
        member(user=person, group=role) for person in made for role in dice.sample(roles, dice.choice((1, 2)))
    )
    return made


def plain_policies(count: int) -> list[Document]:
    """Policies in the tutorial's form: a name, actions, and comparisons with values."""
    dice = Random(SEED + 1)
    return [
        {
            "name": f"plain-{at}",
            "description": "",
            "actions": ["read"],
            "conditions": [_of_user(dice), *(_of_asset(dice) for _ in range(dice.choice((1, 2, 2, 3))))],
        }
        for at in range(count)
    ]


def rich_policies(count: int) -> list[Document]:
    """Policies with everything: three permits for each forbid, groups, attributes beside each other, time."""
    dice = Random(SEED + 2)
    return [_rich(dice, at) for at in range(count)]


def _rich(dice: Random, at: int) -> Document:
    forbids = at % 4 == 3
    asked = [_of_user(dice), _rich_condition(dice), _rich_condition(dice)]
    if forbids:
        asked += [_of_user(dice), _of_asset(dice)]
    return {
        "name": f"rich-{at}",
        "actions": ["read"],
        "effect": "forbid" if forbids else "permit",
        "on_missing": dice.choice(("apply", "skip")),
        "conditions": asked,
    }


def says(attribute: str, operator: str, value: Any, **more: Any) -> Condition:
    return {"attribute": attribute, "operator": operator, "value": value, **more}


def beside(attribute: str, operator: str, other: str) -> Condition:
    return {"attribute": attribute, "operator": operator, "value_from": other}


def _of_user(dice: Random) -> Condition:
    return dice.choice(
        (
            says("user.department", "==", dice.choice(DEPARTMENTS)),
            says("user.location", "==", dice.choice(PLACES)),
            says("user.team", "==", dice.choice(TEAMS)),
            says("user.clearance", ">=", dice.randrange(4)),
        )
    )


def _of_asset(dice: Random) -> Condition:
    return dice.choice(
        (
            says("resource.kind", "==", dice.choice(KINDS)),
            says("resource.domain", "==", f"domain-{1 + dice.randrange(DOMAINS)}"),
            says("resource.location", "==", dice.choice(PLACES)),
            says("resource.sensitivity", "<=", dice.randrange(4)),
            says("resource.has_personal_data", "==", False),
        )
    )


def _rich_condition(dice: Random) -> Condition:
    hours = ["06:00", "20:00"]
    return dice.choice(
        (
            _of_asset(dice),
            says("resource.domain", "in", [f"domain-{1 + dice.randrange(DOMAINS)}" for _ in range(4)]),
            says("resource.name", "starts_with", f"shop.schema_{dice.randrange(10)}"),
            says("user.roles", "contains", dice.choice(ROLES)),
            beside("user.clearance", ">=", "resource.sensitivity"),
            beside("resource.location", "==", "user.location"),
            says("env.time", "between", hours, timezone="Europe/Berlin"),
            {"any": [_of_asset(dice), _of_asset(dice)]},
            {"not": says("resource.status", "==", "deprecated")},
        )
    )


def env() -> Mapping[str, Any]:
    """Return a moment within office hours."""
    return {"time": OFFICE_HOURS, "break_glass": False}
