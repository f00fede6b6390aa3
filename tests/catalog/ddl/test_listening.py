"""A database that rings is heard, without anybody looking."""

import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import transaction

from catalog.assets.models import Asset
from catalog.ddl.listening import Listeners
from catalog.ddl.models import DdlFeed
from catalog.ddl.services import FOLLOW
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.catalog.scratch import harvest, make_source, scratch_database

PATIENCE = 60  # seconds


def wait_for(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def work() -> None:
    """Wait for the job that a listener asked for, and run it as a worker would."""
    waiting = Job.objects.filter(kind=FOLLOW, state="queued")
    wait_for(waiting.exists)
    run_job(job_id=waiting.get().pk)


def test_a_new_table_is_in_the_catalog_because_the_database_rang(transactional_db):
    with scratch_database() as made:
        made.run("CREATE TABLE known (id int)")
        with transaction.atomic():
            source = make_source(made)
        harvest(source)
        call_command("ddl_capture", "install", source.name, "--yes")
        listeners = Listeners()
        listeners.start()
        try:
            work()  # what came while nobody listened
            made.run("CREATE TABLE heard (id int)")
            work()
            DdlFeed.objects.all().delete()
            wait_for(lambda: not listeners.listeners)
        finally:
            listeners.stop()
            listeners.join(PATIENCE)

    assert Asset.objects.get(facts__title="heard").source == source
