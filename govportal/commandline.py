"""What the commands about sources share: whose name they act in, which source is meant, and a job's end."""

import time
from collections.abc import Callable
from threading import Thread
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.db import connection

from accesscontrol.identity.models import User
from catalog.sources.models import Source
from govportal import pulse
from stewardship.jobs.models import Job
from stewardship.jobs.services import cancel_job
from stewardship.jobs.work import run_job

ACTOR = "command line"
LOOK_EVERY = 0.2  # seconds


def add_actor(parser: CommandParser) -> None:
    parser.add_argument("--as", dest="username", default="", help="the account that the audit trail names")


def actor(username: str) -> str:
    """The name for the audit trail; raises CommandError for one that nobody active has."""
    if username and not User.objects.filter(username=username, is_active=True).exists():
        raise CommandError(f"There is no active account “{username}”.")
    return username or ACTOR


def find_source(said: str) -> Source:
    """The source of this name or code; raises CommandError that lists what there is."""
    found = Source.objects.filter(name=said).first()
    if found is None:
        try:
            found = Source.objects.filter(code=UUID(said)).first()
        except ValueError:
            found = None
    if found is None:
        names = ", ".join(Source.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"There is no source “{said}”. Sources: {names}.")
    return found


def worker_is_up() -> bool:
    age = pulse.seconds_since()
    return age is not None and age < pulse.STALE


def follow(job: Job, say: Callable[[str], None]) -> Job:
    """Say how the job goes on until it ends; where no worker is up, do the work here.

    Ctrl-C cancels what is done here, and leaves alone what a worker does.
    """
    here: Thread | None = None
    told = ""
    try:
        while True:
            job.refresh_from_db()
            failed = not job.is_unfinished and job.state != Job.State.SUCCEEDED  # the caller says so
            if job.message and job.message != told and not failed:
                told = job.message
                say(f"[{job.done}/{job.total}] {told}" if job.total and job.is_unfinished else told)
            if not job.is_unfinished:
                return job
            if here is None and job.state == Job.State.QUEUED and not worker_is_up():
                say("No worker is up; working here.")
                here = Thread(target=work, args=(job.pk,), daemon=True)
                here.start()
            time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        if here is None:
            raise CommandError(f"Not watched any more; the job {job.code} goes on.", returncode=130) from None
        cancel_job(job=job, actor=job.actor)
        here.join()
        raise CommandError("Cancelled.", returncode=130) from None
    finally:
        if here:
            here.join()


def work(job_id: int) -> None:
    """Do the job in this thread, with a connection of its own."""
    try:
        run_job(job_id=job_id)
    finally:
        connection.close()
