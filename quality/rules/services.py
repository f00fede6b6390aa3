from typing import Any

from django.db import transaction

from accesscontrol.audit.services import record
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset, Field
from quality.rules.facts import RuleChanged, RuleDefined, RuleDeleted, RuleSwitched
from quality.rules.models import MEASURABLE, Rule

CHANGEABLE = {"name", "field", "parameters", "threshold", "severity", "description"}


@transaction.atomic
def define_rule(
    *,
    asset: Asset,
    actor: str,
    name: str,
    kind: str,
    field: Field | None = None,
    parameters: dict[str, Any] | None = None,
    threshold: float = 1.0,
    severity: str = Rule.Severity.MEDIUM,
    description: str = "",
) -> Rule:
    """Ask something of the asset's data from now on; it is measured by the next run.

    Raises `ValidationError` by field, and `Refused` for an asset whose data nobody can count.
    """
    if asset.kind not in MEASURABLE:
        raise Refused(f"A {asset.get_kind_display().lower()} has no rows to check.")
    rule = Rule(
        asset=asset,
        name=name,
        kind=kind,
        field=field,
        parameters=parameters or {},
        threshold=threshold,
        severity=severity,
        description=description,
        created_by=actor,
    )
    rule.full_clean()
    rule.save()
    record(
        RuleDefined(subject=str(rule.code), actor=actor, asset=str(asset.code), definition=rule.definition)
    )
    return rule


@transaction.atomic
def change_rule(*, rule: Rule, actor: str, changes: dict[str, Any]) -> Rule:
    """Ask differently from the next run on; what was measured before keeps its own threshold."""
    unknown = changes.keys() - CHANGEABLE
    if unknown:
        raise Refused(f"These cannot be changed: {', '.join(sorted(unknown))}.")
    rule = _locked(rule)
    before = rule.definition
    for key, value in changes.items():
        setattr(rule, key, value)
    rule.full_clean()
    if rule.definition != before:
        rule.save(update_fields=list(changes))
        record(
            RuleChanged(
                subject=str(rule.code),
                actor=actor,
                asset=str(rule.asset.code),
                before=before,
                after=rule.definition,
            )
        )
    return rule


@transaction.atomic
def set_rule_enabled(*, rule: Rule, enabled: bool, actor: str) -> Rule:
    """Let the rule count, or no longer; its history and an open violation stay as they are."""
    rule = _locked(rule)
    if rule.enabled != enabled:
        rule.enabled = enabled
        rule.save(update_fields=["enabled"])
        subject, asset = str(rule.code), str(rule.asset.code)
        record(RuleSwitched(subject=subject, actor=actor, asset=asset, enabled=enabled))
    return rule


@transaction.atomic
def delete_rule(*, rule: Rule, actor: str) -> None:
    """Forget the rule with its results and violations; the log keeps what it asked."""
    rule = _locked(rule)
    record(
        RuleDeleted(
            subject=str(rule.code), actor=actor, asset=str(rule.asset.code), definition=rule.definition
        )
    )
    rule.delete()


def _locked(rule: Rule) -> Rule:
    rows = Rule.objects.select_for_update(of=("self",)).select_related("asset", "field")
    return rows.get(pk=rule.pk)
