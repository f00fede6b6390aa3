"""A log of queries, sent as a program sends it, and counted as a worker does."""

import json
from typing import Any

from django.test import Client
from django.urls import reverse

from catalog.sources.models import Source
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job


def post(client: Client, source: Source, body: Any, batch: str = "", kind: str = "application/json") -> Any:
    """The answer to a log, which is JSON already or becomes it."""
    address = reverse("api-source-queries", args=[source.code])
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(f"{address}?batch={batch}" if batch else address, text, content_type=kind)


def counted(answer: Any) -> Job:
    """The job that an answer names, done."""
    assert answer.status_code == 202, answer.content
    job = Job.objects.get(code=answer.json()["job"])
    run_job(job_id=job.pk)
    job.refresh_from_db()
    return job


def send(client: Client, source: Source, body: Any) -> dict[str, Any]:
    """What came of a log."""
    job = counted(post(client, source, body))
    assert job.state == Job.State.SUCCEEDED, job.message
    return dict(job.result or {})
