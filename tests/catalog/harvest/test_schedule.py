"""Harvests by the clock."""

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accesscontrol.audit.models import Entry
from catalog.harvest.tasks import harvest_due
from catalog.sources.models import Source
from catalog.sources.services import save_source
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.catalog.scratch import make_source


def later(source, **ago):
    """As if the schedule had last been looked at a while ago."""
    Source.objects.filter(pk=source.pk).update(scheduled_at=timezone.now() - timedelta(**ago))


def finish(job):
    run_job(job_id=job.pk)
    job.refresh_from_db()
    return job


def test_the_clock_looks_every_minute():
    beat = settings.CELERY_BEAT_SCHEDULE["harvest-on-schedule"]

    assert (beat["task"], beat["schedule"]) == (harvest_due.name, crontab())


def test_a_due_source_is_harvested_once_and_says_why(scratch_db):
    source = make_source(scratch_db, schedule="0 * * * *")
    make_source(scratch_db, name="Asked only")
    later(source, hours=2)

    assert [harvest_due(), harvest_due()] == [1, 0]

    job = finish(Job.objects.get())
    assert (job.state, job.actor, job.subject) == ("succeeded", "schedule", source.subject)
    harvest = source.harvests.get()
    assert (harvest.reason, harvest.actor, harvest.state) == ("schedule", "schedule", "succeeded")


def test_a_new_schedule_makes_up_for_nothing(scratch_db):
    source = make_source(scratch_db, schedule="* * * * *")

    assert harvest_due() == 0
    assert source.next_harvests()[0] - timezone.now() <= timedelta(minutes=1)


def test_days_of_downtime_are_one_harvest(scratch_db):
    source = make_source(scratch_db, schedule="* * * * *")
    later(source, days=9)

    assert harvest_due() == 1

    finish(Job.objects.get())
    assert harvest_due() == 0
    source.refresh_from_db()
    assert source.next_harvests()[0] > timezone.now()


def test_a_harvest_under_way_is_not_doubled(scratch_db):
    source = make_source(scratch_db, schedule="* * * * *")
    for _ in range(2):
        later(source, minutes=2)
        assert harvest_due() == 1

    assert Job.objects.count() == 1


def test_a_source_without_its_schedule_is_left_alone(scratch_db):
    source = make_source(scratch_db, schedule="* * * * *")
    later(source, hours=1)
    make_again = {"actor": "ana", "name": "Shop", "kind": "postgresql", "settings": source.settings}

    save_source(**make_again, source=source)

    assert harvest_due() == 0
    changed = json.loads(Entry.objects.filter(action="sources.saved").latest("pk").body)["details"]
    assert (changed["before"]["schedule"], changed["after"]["schedule"]) == ("* * * * *", "")


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_queue_it_once(one_scratch_db):
    source = make_source(one_scratch_db, schedule="* * * * *")
    later(source, hours=1)
    ready, queued = Barrier(2), []

    def tick():
        ready.wait()
        queued.append(harvest_due())
        connection.close()

    clocks = [Thread(target=tick) for _ in range(2)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()

    assert sorted(queued) == [0, 1]
    assert Job.objects.count() == 1
