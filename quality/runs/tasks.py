"""Rules run as jobs: one rule, one asset's rules, or all of them once a day."""

from collections.abc import Sequence
from typing import Any

from celery import shared_task

from catalog.assets.models import Asset
from quality.rules.models import Rule
from quality.runs.services import EVALUATE, run_rules
from stewardship.jobs.kinds import JobFailed, Work, job_kind, job_subject
from stewardship.jobs.services import submit_job

EVERYTHING = "quality:all"
job_subject("asset", Asset.objects.visible_to)
job_subject("rule", Rule.objects.visible_to)


@job_kind(EVALUATE, "Evaluate quality rules")
def evaluate(
    work: Work, *, rule_ids: Sequence[int] | None = None, asset_id: int | None = None
) -> dict[str, Any]:
    """Run the rules given by id, else the enabled ones of an asset, else all enabled ones."""
    rules = Rule.objects.select_related("asset__source", "field")
    if rule_ids is not None:
        rules = rules.filter(pk__in=rule_ids)
    else:
        rules = rules.evaluable() if asset_id is None else rules.enabled().filter(asset=asset_id)
    tally = run_rules(rules=rules, actor=work.actor, job_id=work.job_id, progress=work.progress)
    if not sum(tally.values()) and rule_ids is not None:
        raise JobFailed("The rule is no longer there.")
    return {**tally, "message": said(tally)}


def said(tally: dict[str, int]) -> str:
    """The outcome in one line."""
    return f"{tally['pass']} passed, {tally['fail']} failed, {tally['error']} not measured."


@shared_task
def evaluate_everything() -> str:
    """The clock's call, once a day: returns the code of the job that does it."""
    return str(submit_job(kind=EVALUATE, arguments={}, actor="system", subject=EVERYTHING).code)
