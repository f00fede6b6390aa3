"""Setting up what is enforced. Plans have their own verbs, in plans.py."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction

from accesscontrol.audit.services import record
from accesscontrol.identity.models import Team, User
from accesscontrol.refusal import Refused
from accesscontrol.secrets.cipher import WrongKey
from catalog.assets.models import Asset
from catalog.connectors.errors import ConnectorError
from catalog.enforcement.engines.protocol import Engine
from catalog.enforcement.engines.registry import ENGINES, engine
from catalog.enforcement.facts import EnforcementSaved
from catalog.enforcement.models import Enforcement, RoleMapping, RowRule
from catalog.sources.models import Source

NO_ENGINE = "The portal does not enforce in databases of this kind: take the text and run it there."
ASK_AGAIN = "Give the password of this user."
ELSEWHERE = "The source leads to another server now: give the password of the enforcement login again."
SETTINGS = ("is_on", "database", "schema", "owner_role", "unmask_prefix", "include", "trusted_roles", "user")


@transaction.atomic
def save_enforcement(
    *, source: Source, actor: str, changes: Mapping[str, Any], secret: str = ""
) -> Enforcement:
    """Set up enforcement in a source, or change it. An empty secret keeps the old one of the same user.

    Raises ValidationError by field. Nothing reaches the database before a plan is applied.
    """
    row = Enforcement.objects.select_for_update().filter(source=source).first() or Enforcement(source=source)
    before = content(row) if row.pk else None
    user = row.user
    for name in SETTINGS:
        setattr(row, name, changes.get(name, getattr(row, name)))
    row.database = row.database or str(source.settings.get("database", ""))
    if row.user and not secret and (row.user != user or row.sealed_for != row.address):
        raise ValidationError({"password": ASK_AGAIN})
    if secret and row.user:
        row.seal(secret)
    if not row.user:
        row.secret_token = row.sealed_for = ""
    row.full_clean()
    row.save()
    _note(row, actor, before, new_secret=bool(secret and row.user))
    return row


@transaction.atomic
def map_role(
    *,
    enforcement: Enforcement,
    actor: str,
    database_role: str,
    group: Group | None = None,
    team: Team | None = None,
    person: User | None = None,
    unmask: Iterable[str] = (),
    entitlements: Mapping[str, list[str]] | None = None,
) -> RoleMapping:
    """Say who in the portal holds a role of the database, what they see clear and which rows are theirs."""
    before = content(enforcement)
    row = RoleMapping(
        enforcement=enforcement,
        database_role=database_role,
        group=group,
        team=team,
        person=person,
        unmask=sorted(unmask),
        entitlements=dict(entitlements or {}),
    )
    row.full_clean()
    row.save()
    _note(enforcement, actor, before)
    return row


@transaction.atomic
def unmap_role(*, mapping: RoleMapping, actor: str) -> None:
    """Forget a mapping; what the role may do in the database ends with the next plan."""
    before = content(mapping.enforcement)
    mapping.delete()
    _note(mapping.enforcement, actor, before)


@transaction.atomic
def add_row_rule(
    *, enforcement: Enforcement, actor: str, asset: Asset, column: str, attribute: str
) -> RowRule:
    """Show the rows of a table by the values of one of its columns. Raises ValidationError by field."""
    if not asset.fields.present().filter(name=column).exists():
        raise ValidationError({"column": f"{asset.title} has no column {column}."})
    before = content(enforcement)
    row = RowRule(enforcement=enforcement, asset=asset, column=column, attribute=attribute)
    row.full_clean()
    row.save()
    _note(enforcement, actor, before)
    return row


@transaction.atomic
def drop_row_rule(*, rule: RowRule, actor: str) -> None:
    """Forget a row rule; the rows open with the next plan."""
    before = content(rule.enforcement)
    rule.delete()
    _note(rule.enforcement, actor, before)


def content(enforcement: Enforcement) -> dict[str, Any]:
    """Return what the log keeps: everything but the secret."""
    told: dict[str, Any] = {name: getattr(enforcement, name) for name in SETTINGS}
    told["mappings"] = [
        {
            "role": each.database_role,
            "holder": each.holder,
            "unmask": each.unmask,
            "entitlements": each.entitlements,
        }
        for each in enforcement.mappings.select_related("group", "team", "person")
    ]
    told["row_rules"] = [
        [str(rule.asset.code), rule.column, rule.attribute]
        for rule in enforcement.row_rules.select_related("asset")
    ]
    return told


def _note(row: Enforcement, actor: str, before: dict[str, Any] | None, new_secret: bool = False) -> None:
    after = content(row)
    if before != after or new_secret:
        record(
            EnforcementSaved(
                subject=str(row.code), actor=actor, before=before, after=after, new_secret=new_secret
            )
        )


def open_engine(enforcement: Enforcement) -> Engine:
    """Return the engine with the enforcement's own login; raises ConnectorError or Refused."""
    source = enforcement.source
    if source.kind not in ENGINES:
        raise Refused(NO_ENGINE)
    if enforcement.user and enforcement.sealed_for != enforcement.address:
        raise Refused(ELSEWHERE)
    login = {"user": enforcement.user} if enforcement.user else {}
    try:
        secret = enforcement.open_secret()
    except WrongKey as error:
        raise ConnectorError(str(error), "config", "password") from error
    return engine(source.kind, {**source.settings, "database": enforcement.database, **login}, secret)
