from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from catalog.connectors.errors import ConnectorError
from catalog.harvest.reads import place
from catalog.sources.services import open_source
from quality.rules.models import Rule
from quality.runs.facts import ViolationAcknowledged, ViolationClosed, ViolationOpened
from quality.runs.models import Result, Violation
from quality.runs.plan import Question, Verdict, failed, measure
from stewardship.jobs.models import Job
from stewardship.jobs.services import submit_job

HOLDS_AGAIN = "The rule holds again."
NO_COLUMN = "The source no longer has this column."
BENEATH = "The source could not read the view, or something beneath it."
QUOTING = {"missing", "permission", "query"}  # of these the server's own words are told
EVALUATE = "quality.evaluate"  # the kind of job that tasks.py registers
Progress = Callable[[int, int, str], None]


def submit_rule_run(*, rule: Rule, actor: str) -> Job:
    """Have one rule measured by a worker; a run that has not finished is returned instead of doubled."""
    if not rule.enabled:
        raise Refused("This rule is switched off. Enable it first.")
    return submit_job(
        kind=EVALUATE, arguments={"rule_ids": [rule.pk]}, actor=actor, subject=f"rule:{rule.code}"
    )


def submit_asset_run(*, asset: Asset, actor: str) -> Job:
    """Have the enabled rules of one asset measured by a worker, in one statement."""
    if not asset.rules.filter(enabled=True).exists():
        raise Refused("This asset has no rule that is enabled.")
    return submit_job(
        kind=EVALUATE, arguments={"asset_id": asset.pk}, actor=actor, subject=f"asset:{asset.code}"
    )


def run_rules(*, rules: Iterable[Rule], actor: str, job_id: int, progress: Progress) -> dict[str, int]:
    """Measure the rules, asset by asset, and return how many passed, failed and were not measured.

    A source that does not answer costs its own rules their measurement, and no other's.
    """
    ordered = sorted(rules, key=lambda rule: (rule.asset_id, rule.pk))
    batches = [list(batch) for _, batch in groupby(ordered, key=lambda rule: rule.asset_id)]
    tally = dict.fromkeys(Result.Status.values, 0)
    for done, batch in enumerate(batches):
        progress(done, len(batches), "Asking the sources")
        for result in evaluate(asset=batch[0].asset, rules=batch, actor=actor, job_id=job_id):
            tally[result.status] += 1
    progress(len(batches), len(batches), "Done.")
    return tally


def evaluate(*, asset: Asset, rules: Sequence[Rule], actor: str, job_id: int | None = None) -> list[Result]:
    """Measure the rules of one asset in one statement at its source, then keep what came out."""
    now = timezone.now()
    verdicts = _verdicts(asset, rules, now)
    return keep_results(verdicts=verdicts, at=now, actor=actor, job_id=job_id)


def _verdicts(asset: Asset, rules: Sequence[Rule], now: datetime) -> dict[int, Verdict]:
    gone = {rule.pk: failed(NO_COLUMN) for rule in rules if rule.field and rule.field.removed_at}
    present = [rule for rule in rules if rule.pk not in gone]
    try:
        answers = _asked(asset, [_question(rule) for rule in present], now)
    except (Refused, ConnectorError) as error:
        answers = [failed(str(error))] * len(present)
    return gone | {rule.pk: verdict for rule, verdict in zip(present, answers, strict=True)}


def _asked(asset: Asset, questions: Sequence[Question], now: datetime) -> list[Verdict]:
    if asset.removed_at:
        raise Refused("The source no longer has this table.")
    if asset.source is None or "schema" not in asset.facts:
        raise Refused("No source is connected that could count this asset's rows.")
    if not questions:
        return []
    words = _words_of_view if asset.kind == Asset.Kind.VIEW else str
    return measure(open_source(source=asset.source), place(asset), questions, now, words)


def _words_of_view(error: ConnectorError) -> str:
    """The server may name a table beneath the view, which not everybody who sees the view may see."""
    return BENEATH if error.kind in QUOTING else error.message


def _question(rule: Rule) -> Question:
    column = rule.field.name if rule.field else ""
    return Question(rule.check_kind, column, rule.parameters, rule.threshold)


@transaction.atomic
def keep_results(
    *, verdicts: Mapping[int, Verdict], at: datetime, actor: str, job_id: int | None
) -> list[Result]:
    """Store a verdict for each rule (by its id), and open, renew or close the rule's violation.

    A rule that could not be measured leaves its violation as it is.
    """
    rows = Rule.objects.select_for_update(of=("self",)).select_related("asset").in_bulk(list(verdicts))
    broken = {each.rule_id: each for each in Violation.objects.unresolved().filter(rule__in=rows)}
    results = Result.objects.bulk_create(_result(rule, verdicts[pk], at, job_id) for pk, rule in rows.items())
    for result in results:
        rule = rows[result.rule_id]
        rule.state, rule.value, rule.measured_at = result.status, result.value, at
        _follow(rule, result, broken.get(rule.pk), actor)
    Rule.objects.bulk_update(rows.values(), ["state", "value", "measured_at"])
    return results


def _result(rule: Rule, verdict: Verdict, at: datetime, job_id: int | None) -> Result:
    status = verdict.status
    if verdict.value is not None:  # the threshold may have been changed while the source was counting
        status = Result.Status.PASS if verdict.value >= rule.threshold else Result.Status.FAIL
    return Result(
        rule=rule,
        status=status,
        value=verdict.value,
        threshold=rule.threshold,
        counted=verdict.counted,
        detail=verdict.detail,
        measured_at=at,
        job_id=job_id,
    )


def _follow(rule: Rule, result: Result, broken: Violation | None, actor: str) -> None:
    if result.value is None:
        return
    if result.status == Result.Status.FAIL and broken:
        broken.last_value, broken.last_seen_at = result.value, result.measured_at
        broken.save(update_fields=["last_value", "last_seen_at"])
    elif result.status == Result.Status.FAIL:
        _open(rule, result.value, result.measured_at, actor)
    elif broken:
        broken.rule, broken.last_value = rule, result.value
        _close(broken, actor, by="", note=HOLDS_AGAIN)


def _open(rule: Rule, value: float, at: datetime, actor: str) -> None:
    violation = Violation.objects.create(
        rule=rule,
        severity=rule.severity,
        threshold=rule.threshold,
        value=value,
        last_value=value,
        opened_at=at,
        last_seen_at=at,
    )
    record(
        ViolationOpened(
            subject=str(violation.code),
            actor=actor,
            rule=str(rule.code),
            asset=str(rule.asset.code),
            severity=rule.severity,
            value=value,
            threshold=rule.threshold,
        )
    )


def _close(violation: Violation, actor: str, by: str, note: str) -> None:
    violation.state, violation.note = Violation.State.RESOLVED, note
    violation.resolved_at, violation.resolved_by = timezone.now(), by
    violation.save(update_fields=["state", "note", "resolved_at", "resolved_by", "last_value"])
    record(
        ViolationClosed(
            subject=str(violation.code),
            actor=actor,
            rule=str(violation.rule.code),
            asset=str(violation.rule.asset.code),
            value=violation.last_value,
            note=note,
        )
    )


@transaction.atomic
def acknowledge_violation(*, violation: Violation, actor: str, note: str = "") -> Violation:
    """Say that somebody works on it."""
    violation = _locked(violation)
    if not violation.is_open:
        raise Refused("This violation is resolved already.")
    violation.state, violation.note = Violation.State.IN_PROGRESS, note
    violation.acknowledged_by = actor
    violation.save(update_fields=["state", "note", "acknowledged_by"])
    record(
        ViolationAcknowledged(
            subject=str(violation.code),
            actor=actor,
            rule=str(violation.rule.code),
            asset=str(violation.rule.asset.code),
            note=note,
        )
    )
    return violation


@transaction.atomic
def resolve_violation(*, violation: Violation, actor: str, note: str) -> Violation:
    """Close it by a person's word; a rule that still fails opens a new one at its next run."""
    violation = _locked(violation)
    if not violation.is_open:
        raise Refused("This violation is resolved already.")
    if not note.strip():
        raise ValidationError({"note": "Say why it is settled."})
    _close(violation, actor, by=actor, note=note)
    return violation


def _locked(violation: Violation) -> Violation:
    rows = Violation.objects.select_for_update(of=("self",)).select_related("rule__asset")
    return rows.get(pk=violation.pk)
