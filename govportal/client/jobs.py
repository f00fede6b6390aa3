"""Long work: looked at, waited for, stopped."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from govportal.client.answers import Job
from govportal.client.errors import JobFailed
from govportal.client.pages import Found
from govportal.client.requests import Requests
from govportal.client.shapes import read

EVERY = 1.0  # seconds between two looks


class Jobs:
    """The caller's own jobs, and those of others where the caller may see them."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    def list(self, **filters: Any) -> Found[Job]:
        return self._requests.list(Job, "jobs/", filters)

    def get(self, code: UUID | str) -> Job:
        return self._requests.one(Job, f"jobs/{code}/")

    def cancel(self, code: UUID | str) -> Job:
        """Stop it before it begins, or at its next step."""
        return read(Job, self._requests.send("POST", f"jobs/{code}/cancel/"))

    def started(self, answer: dict[str, Any]) -> Job:
        """The job that a request began, of its 202."""
        return self.get(answer["job"])

    def wait(
        self,
        job: Job,
        *,
        timeout: float | None = None,
        every: float = EVERY,
        tell: Callable[[Job], None] | None = None,
    ) -> Job:
        """Return the job when it has succeeded; `tell` hears of every look.

        Raises JobFailed when it failed, was cancelled, or did not end within `timeout` seconds.
        """
        end = None if timeout is None else monotonic() + timeout
        while True:
            if tell:
                tell(job)
            if not job.is_unfinished:
                break
            if end is not None and monotonic() >= end:
                raise JobFailed(f"“{job.title}” did not end within {timeout:g} seconds; it goes on.", job)
            sleep(every)
            job = self.get(job.code)
        if not job.succeeded:
            raise JobFailed(job.message or f"“{job.title}” {job.state}.", job)
        return job
