from collections.abc import Callable
from typing import Any

from celery import shared_task

from accesscontrol.refusal import Refused
from catalog.connectors.errors import ConnectorError
from catalog.enforcement import plans
from catalog.enforcement.models import APPLY, DRIFT, REVERSE, VERIFY, Enforcement, Plan
from stewardship.jobs.kinds import JobFailed, Work, job_kind, job_subject
from stewardship.jobs.services import submit_job

NAMING = {"permission", "query", "missing"}  # kinds of errors that may name a table
UNNAMED = "The database refused a statement. The page of the plan says which."

job_subject("enforcement", Enforcement.objects.visible_to)


@job_kind(APPLY, "Apply a plan")
def apply(work: Work, *, plan_id: int) -> dict[str, Any]:
    """Run an approved plan; one that was applied meanwhile is refused."""
    plan = found(Plan, plan_id)
    attempt(lambda: plans.apply_plan(plan=plan, actor=work.actor))
    return {"message": f"{plan} is applied: {len(plan.steps)} changes."}


@job_kind(REVERSE, "Take a plan back")
def reverse(work: Work, *, plan_id: int) -> dict[str, Any]:
    """Bring back what was there before the plan."""
    plan = found(Plan, plan_id)
    attempt(lambda: plans.reverse_plan(plan=plan, actor=work.actor))
    return {"message": f"{plan} is taken back: the database has what it had before."}


@job_kind(VERIFY, "Verify what is enforced")
def verify(work: Work, *, enforcement_id: int) -> dict[str, Any]:
    """Try out what each role may and may not do."""
    row = found(Enforcement, enforcement_id)
    checks = attempt(lambda: plans.verify(enforcement=row, actor=work.actor, progress=work.progress))
    failed = sum(1 for each in checks if each.passed is False)
    said = f"{failed} of {len(checks)} checks failed." if failed else f"All {len(checks)} checks passed."
    return {"checks": len(checks), "failed": failed, "message": said}


@job_kind(DRIFT, "Look for drift")
def drift(work: Work, *, enforcement_id: int) -> dict[str, Any]:
    """Compare the database with what was applied."""
    row = found(Enforcement, enforcement_id)
    objects = attempt(lambda: plans.check_drift(enforcement=row, actor=work.actor))
    said = f"Differences: {len(objects)}." if objects else "The database has what was applied."
    return {"differences": len(objects), "message": said}


@shared_task
def check_everything() -> int:
    """Queue a look for drift wherever something was applied; return how many were queued."""
    rows = Enforcement.objects.filter(is_on=True).exclude(ledger={})
    for row in rows:
        submit_job(kind=DRIFT, arguments={"enforcement_id": row.pk}, actor="system", subject=row.subject)
    return len(rows)


def found(model: Any, pk: int) -> Any:
    row = model.objects.filter(pk=pk).first()
    if row is None:
        raise JobFailed("It is gone.")
    return row


def attempt(verb: Callable[[], Any]) -> Any:
    """Do it; what the database said of single tables is for the plan's page, which knows its readers."""
    try:
        return verb()
    except Refused as error:
        raise JobFailed(str(error)) from error
    except ConnectorError as error:
        raise JobFailed(UNNAMED if error.kind in NAMING else error.message) from error
