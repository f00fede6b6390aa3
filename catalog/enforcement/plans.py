"""The verbs of a plan: make, ask, approve, apply, take back; and looking whether it still holds."""

from __future__ import annotations

from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.enforcement.steps import reverse, script
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.connectors.errors import ConnectorError
from catalog.enforcement import reads
from catalog.enforcement.engines.protocol import STALE, Check, Progress, Stale
from catalog.enforcement.facts import (
    DriftFound,
    DriftGone,
    EnforcementVerified,
    PlanApplied,
    PlanApproved,
    PlanFailed,
    PlanMade,
    PlanReversed,
    PlanReviewAsked,
)
from catalog.enforcement.models import Enforcement, Plan
from catalog.enforcement.services import open_engine

OFF = "Enforcement is switched off in this source."
OWN_PLAN = "Somebody else has to approve a plan: you made this one."
A_PROGRAM = "A program approves nothing: a person has to agree."
NOT_LATEST = "Only the plan that was applied last can be taken back."
BY_HAND = "The database was changed by hand."
NEWS = "The policies, tags or settings changed since the last plan was applied."


def make_plan(*, enforcement: Enforcement, actor: User) -> Plan | None:
    """Compare what is wanted with what the database has; None when there is nothing to do.

    An older plan that is still open is superseded. Raises Refused or ConnectorError.
    """
    _refuse_when_off(enforcement)
    asked = reads.wanted_now(enforcement)
    draft = open_engine(enforcement).draft(asked, enforcement.remembered)
    if not draft.steps:
        return None
    with transaction.atomic():
        Enforcement.objects.select_for_update().get(pk=enforcement.pk)
        last = enforcement.plans.first()
        enforcement.plans.filter(state__in=Plan.OPEN).update(state=Plan.State.SUPERSEDED)
        plan = Plan.objects.create(
            enforcement=enforcement,
            number=last.number + 1 if last else 1,
            steps=[asdict(step) for step in draft.steps],
            notes=draft.notes,
            verdicts=[asdict(each) for each in asked.verdicts],
            wanted_mark=reads.mark(asked),
            ledger_before=enforcement.ledger,
            author=actor,
        )
        objects = list(dict.fromkeys(step.object for step in draft.steps))
        record(PlanMade(**_about(plan), actor=actor.username, objects=objects))
    return plan


@transaction.atomic
def ask_review(*, plan: Plan, actor: str) -> None:
    """Offer a draft to whoever may approve it."""
    if not Plan.objects.filter(pk=plan.pk, state=Plan.State.DRAFT).update(state=Plan.State.REVIEW):
        raise Refused("This plan is no draft any more.")
    record(PlanReviewAsked(**_about(plan), actor=actor))


@transaction.atomic
def approve_plan(*, plan: Plan, actor: User) -> None:
    """Approve what a colleague planned. Applying it is another step."""
    if plan.author_id == actor.pk or actor.is_service:
        raise Refused(A_PROGRAM if actor.is_service else OWN_PLAN)
    waiting = Plan.objects.filter(pk=plan.pk, state=Plan.State.REVIEW)
    if not waiting.update(state=Plan.State.APPROVED, approved_by=actor, approved_at=timezone.now()):
        raise Refused("This plan does not wait for approval.")
    record(PlanApproved(**_about(plan), actor=actor.username, author=plan.author.username))


def apply_plan(*, plan: Plan, actor: str) -> None:
    """Run an approved plan in the governed database, if nothing changed since; keep how to take it back.

    Raises Refused (also Stale) or ConnectorError; then the database has what it had before.
    """
    enforcement = Enforcement.objects.select_related("source").get(pk=plan.enforcement_id)
    _refuse_when_off(enforcement)
    if plan.state != Plan.State.APPROVED:
        raise Refused("A plan is applied after somebody else approved it.")
    asked = reads.wanted_now(enforcement)
    try:
        if reads.mark(asked) != plan.wanted_mark or plan.ledger_before != enforcement.ledger:
            raise Stale(STALE)
        kept = open_engine(enforcement).apply(asked, enforcement.remembered, plan.as_steps)
    except (Refused, ConnectorError) as error:
        note_failure(plan=plan, actor=actor, reason=str(error))
        raise
    with transaction.atomic():
        enforcement.ledger = {key: list(both) for key, both in kept.items()}
        enforcement.wanted_mark = plan.wanted_mark
        enforcement.drift, enforcement.drift_cause = [], ""
        enforcement.save(update_fields=["ledger", "wanted_mark", "drift", "drift_cause"])
        plan.state, plan.applied_at, plan.applied_by = Plan.State.APPLIED, timezone.now(), actor
        plan.error = ""
        plan.save(update_fields=["state", "applied_at", "applied_by", "error"])
        statements = script(plan.as_steps)
        record(
            PlanApplied(**_about(plan), actor=actor, statements=len(statements), digest=digest(statements))
        )


def reverse_plan(*, plan: Plan, actor: str) -> None:
    """Bring back what the database had before the plan that was applied last."""
    enforcement = Enforcement.objects.select_related("source").get(pk=plan.enforcement_id)
    latest = latest_applied(enforcement)
    if latest is None or latest.pk != plan.pk:
        raise Refused(NOT_LATEST)
    try:
        open_engine(enforcement).reverse(plan.as_steps)
    except (Refused, ConnectorError) as error:
        note_failure(plan=plan, actor=actor, reason=str(error), state=Plan.State.APPLIED)
        raise
    with transaction.atomic():
        enforcement.ledger, enforcement.wanted_mark = plan.ledger_before, ""
        enforcement.save(update_fields=["ledger", "wanted_mark"])
        plan.state, plan.reversed_at, plan.error = Plan.State.REVERSED, timezone.now(), ""
        plan.save(update_fields=["state", "reversed_at", "error"])
        record(PlanReversed(**_about(plan), actor=actor, statements=len(reverse(plan.as_steps))))


@transaction.atomic
def note_failure(*, plan: Plan, actor: str, reason: str, state: str = Plan.State.FAILED) -> None:
    """Keep why a plan could not be applied or taken back."""
    plan.state, plan.error = state, reason[:1000]
    plan.save(update_fields=["state", "error"])
    record(PlanFailed(**_about(plan), actor=actor, reason=reason[:1000]))


def verify(*, enforcement: Enforcement, actor: str, progress: Progress) -> list[Check]:
    """Try out in the database what each role may and may not do, and keep what was found as evidence."""
    found = open_engine(enforcement).verify(reads.wanted_now(enforcement), progress)
    with transaction.atomic():
        enforcement.checks, enforcement.verified_at = [asdict(each) for each in found], timezone.now()
        enforcement.save(update_fields=["checks", "verified_at"])
        outcomes = [each.passed for each in found]
        record(
            EnforcementVerified(
                subject=str(enforcement.code),
                actor=actor,
                passed=outcomes.count(True),
                failed=outcomes.count(False),
                skipped=outcomes.count(None),
            )
        )
    return found


def check_drift(*, enforcement: Enforcement, actor: str) -> list[str]:
    """Look whether the database still has what was applied; return the objects that differ."""
    asked = reads.wanted_now(enforcement)
    draft = open_engine(enforcement).draft(asked, enforcement.remembered)
    objects = list(dict.fromkeys([*(step.object for step in draft.steps), *draft.notes]))
    cause = ""
    if objects:
        cause = BY_HAND if reads.mark(asked) == enforcement.wanted_mark else NEWS
    with transaction.atomic():
        before = enforcement.drift
        enforcement.drift, enforcement.drift_cause = objects, cause
        enforcement.drift_checked_at = timezone.now()
        enforcement.save(update_fields=["drift", "drift_cause", "drift_checked_at"])
        about = {"subject": str(enforcement.code), "actor": actor}
        if objects and objects != before:
            record(DriftFound(**about, cause=cause, objects=objects))
        elif before and not objects:
            record(DriftGone(**about))
    return objects


def latest_applied(enforcement: Enforcement) -> Plan | None:
    """Return the plan that made the database what it is."""
    return enforcement.plans.filter(state=Plan.State.APPLIED).order_by("-applied_at").first()


def _refuse_when_off(enforcement: Enforcement) -> None:
    if not enforcement.is_on:
        raise Refused(OFF)


def _about(plan: Plan) -> dict[str, Any]:
    return {"subject": str(plan.code), "enforcement": str(plan.enforcement.code), "number": plan.number}


def digest(statements: list[str]) -> str:
    """Return the SHA-256 of a script as it is shown."""
    return sha256(text_of(statements).encode()).hexdigest()


def text_of(statements: list[str]) -> str:
    return "".join(f"{each};\n" for each in statements)
