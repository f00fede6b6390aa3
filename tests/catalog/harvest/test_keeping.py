"""Which harvests are forgotten: old ones that changed nothing, and never what the history points to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accesscontrol.audit.models import Entry
from catalog.harvest.models import LAST_KEPT, Harvest
from catalog.harvest.tasks import delete_old
from catalog.history.models import SchemaVersion
from catalog.sources.models import Source
from stewardship.jobs.models import Job
from tests.build import make_asset

pytestmark = pytest.mark.django_db


def make_harvest(source, *, days, state="succeeded", **attributes):
    began = timezone.now() - timedelta(days=days)
    ended = None if state == "running" else began
    made = {"source": source, "actor": "tests", "state": state, "began_at": began, "ended_at": ended}
    return Harvest.objects.create(**made, **attributes)


@pytest.fixture
def source():
    """A source whose last harvests are all of today."""
    made = Source.objects.create(name="Shop", kind="sqlite")
    for _ in range(LAST_KEPT):
        make_harvest(made, days=0)
    return made


@pytest.mark.parametrize(
    ("told", "goes"),
    [
        ({"days": 8}, True),
        ({"days": 8, "state": "unchanged"}, True),
        ({"days": 6}, False),
        ({"days": 8, "state": "running"}, False),
        ({"days": 360, "state": "failed"}, False),
        ({"days": 360, "state": "stopped"}, False),
        ({"days": 360, "changed": 1}, False),
        ({"days": 370, "state": "partial"}, True),
        ({"days": 370, "removed": 1}, True),
    ],
)
def test_what_is_forgotten(source, told, goes):
    old = make_harvest(source, **told)

    assert delete_old() == goes
    assert Harvest.objects.filter(pk=old.pk).exists() is not goes


def test_the_last_harvests_of_a_source_stay_however_old_they_are(source):
    quiet = Source.objects.create(name="Quiet", kind="sqlite")
    make_harvest(quiet, days=400)

    assert delete_old() == 0


def test_a_harvest_of_which_the_history_tells_stays(source):
    seen = make_harvest(source, days=4000)
    asset = make_asset("shop.orders")
    made = {"number": 1, "event": "first", "at": timezone.now(), "cause": {"actor": "ann"}}
    version = SchemaVersion.objects.create(asset=asset, harvest=seen, **made)

    assert delete_old() == 0
    version.refresh_from_db()
    assert (version.harvest, version.cause) == (seen, {"actor": "ann"})


def test_its_job_goes_with_it_and_it_is_told_once(source):
    ended = {"state": "succeeded", "finished_at": timezone.now()}
    job = Job.objects.create(kind="catalog.harvest", actor="tests", **ended)
    make_harvest(source, days=8, job=job)
    make_harvest(source, days=9)

    assert [delete_old(), delete_old()] == [2, 0]
    assert not Job.objects.exists()
    assert Entry.objects.filter(action="harvest.old_deleted").count() == 1
