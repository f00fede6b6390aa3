from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.refusal import Refused
from stewardship.jobs.facts import JobCancelRequested, JobFinished, JobRequeued, JobSubmitted
from stewardship.jobs.kinds import KINDS
from stewardship.jobs.models import MAX_ATTEMPTS, Job


@transaction.atomic
def submit_job(*, kind: str, arguments: dict[str, Any], actor: str, subject: str = "") -> Job:
    """Store a piece of long work; once committed, its announcement rings for a worker.

    Work of the same kind on the same subject that has not finished yet is returned instead of doubled.
    """
    if kind not in KINDS:
        raise Refused(f"There is no work of the kind {kind}.")
    job = Job(kind=kind, subject=subject, arguments=arguments, actor=actor)
    if Job.objects.bulk_create([job], ignore_conflicts=True) and (stored := _stored(job)):
        record(JobSubmitted(subject=str(stored.code), actor=actor, kind=kind, job_id=stored.pk))
        return stored
    return Job.objects.unfinished().get(kind=kind, subject=subject)


def _stored(job: Job) -> Job | None:
    return Job.objects.filter(code=job.code).first()


@transaction.atomic
def cancel_job(*, job: Job, actor: str) -> None:
    """Stop work that has not begun; ask work that runs to stop at its next step."""
    never_begun = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, finished_at=timezone.now(), message="Cancelled before it began."
    )
    if never_begun:
        record(_finished(job, Job.State.CANCELLED, "Cancelled before it began.", actor))
    elif Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True):
        record(JobCancelRequested(subject=str(job.code), actor=actor, kind=job.kind))


@transaction.atomic
def claim_job(*, job_id: int) -> Job | None:
    """Take a queued job for this worker; None when another worker was faster."""
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING,
        started_at=now,
        heartbeat_at=now,
        attempt=F("attempt") + 1,
        done=0,
        total=None,
    )
    return Job.objects.get(pk=job_id) if claimed else None


@transaction.atomic
def finish_job(*, job: Job, state: str, message: str, result: dict[str, Any] | None = None) -> None:
    """Close the job unless the sweeper gave it to another worker meanwhile."""
    closed = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempt=job.attempt).update(
        state=state, message=message[:500], result=result, finished_at=timezone.now()
    )
    if closed:
        record(_finished(job, state, message[:500], job.actor))


def _finished(job: Job, state: str, message: str, actor: str) -> JobFinished:
    return JobFinished(subject=str(job.code), actor=actor, kind=job.kind, state=state, message=message)


@transaction.atomic
def sweep_jobs() -> int:
    """Queue again what lost its worker, up to `MAX_ATTEMPTS` times; return how many were queued."""
    again = 0
    for job in Job.objects.abandoned().select_for_update(skip_locked=True):
        if job.state == Job.State.RUNNING and job.attempt >= MAX_ATTEMPTS:
            finish_job(job=job, state=Job.State.FAILED, message="Its worker died three times.")
            continue
        Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, heartbeat_at=timezone.now())
        record(
            JobRequeued(
                subject=str(job.code),
                actor="system",
                kind=job.kind,
                job_id=job.pk,
                attempt=job.attempt,
            )
        )
        again += 1
    return again
