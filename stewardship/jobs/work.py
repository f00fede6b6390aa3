"""A job at work: its progress, its heartbeat and its end."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Any, Self

from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone

from stewardship.jobs import services
from stewardship.jobs.kinds import KINDS, Cancelled, JobFailed
from stewardship.jobs.models import HEARTBEAT_EVERY, Job

logger = logging.getLogger(__name__)


class RunningJob:
    """The hands of a running job (`stewardship.jobs.kinds.Work`) on its row."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.job_id = job.pk
        self.actor = job.actor

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        changes: dict[str, Any] = {"done": done, "total": total, "heartbeat_at": timezone.now()}
        if message:
            changes["message"] = message[:500]
        rows = Job.objects.filter(pk=self.job_id, attempt=self.job.attempt)
        if not rows.filter(state=Job.State.RUNNING).update(**changes):
            raise Cancelled("The job was given to another worker.")
        if rows.filter(cancel_requested=True).exists():
            raise Cancelled("Cancelled on request.")

    def log(self, line: str) -> None:
        stamped = f"{timezone.now():%H:%M:%S} {line}\n"
        Job.objects.filter(pk=self.job_id).update(log=Concat("log", Value(stamped)))


class Heartbeat:
    """Says "I am alive" while the work is inside a long statement."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self.thread.join(timeout=5)

    def _beat(self) -> None:
        while not self.stopped.wait(HEARTBEAT_EVERY.total_seconds()):
            try:
                Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt).update(
                    heartbeat_at=timezone.now()
                )
            finally:
                connection.close()


def run_job(*, job_id: int) -> None:
    """Run the job's body and keep its end; a job that another worker holds is left alone."""
    job = services.claim_job(job_id=job_id)
    if job is None:
        return
    with Heartbeat(job):
        state, message, result = _outcome(job)
    services.finish_job(job=job, state=state, message=message, result=result)


def _outcome(job: Job) -> tuple[str, str, dict[str, object] | None]:
    try:
        result = KINDS[job.kind].body(RunningJob(job), **job.arguments)
    except Cancelled as stop:
        return Job.State.CANCELLED, str(stop), None
    except JobFailed as failure:
        return Job.State.FAILED, str(failure), None
    except Exception as error:  # the edge: whatever a body raises must end its row, not the worker
        logger.exception("Job %s (%s) failed", job.code, job.kind)
        return Job.State.FAILED, f"Unexpected error ({type(error).__name__}); see the server's log.", None
    return Job.State.SUCCEEDED, (result or {}).get("message", "Done."), result
