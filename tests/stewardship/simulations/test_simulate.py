"""A job simulates proposed policies; its page and its API name only what the reader may see."""

import json

import pytest
from django.urls import reverse

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import User
from accesscontrol.policy.values import PolicyError
from accesscontrol.policysets.reads import documents_in_force, readiness
from accesscontrol.policysets.services import draft, put_policy
from catalog.assets.models import Asset
from stewardship.jobs.models import Job
from stewardship.jobs.services import cancel_job
from stewardship.jobs.work import run_job
from stewardship.simulations import reads
from stewardship.simulations.models import Simulation
from stewardship.simulations.services import request_simulation
from tests.build import make_asset, make_grant, make_policy, make_user
from tests.stewardship.simulations.asked import OPEN_TABLES, SECRETS, simulated, with_more

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    ada = make_user("ada", "administrator")
    client.force_login(ada)
    return ada


def view_of(row):
    return next(change for change in row.result["changes"] if change["action"] == "view")


def test_a_job_works_out_who_gains_and_who_loses(ada):
    make_user("bob", "viewer")
    make_asset()

    row = simulated(OPEN_TABLES)

    assert row.state == "succeeded"
    assert (view_of(row)["gained"], view_of(row)["people_gaining"]) == (1, 1)
    assert [person["username"] for person in view_of(row)["people"]] == ["bob"]
    assert row.job.message == "1 gained, 0 lost."
    named = Entry.objects.filter(object_id=str(row.code)).order_by("id")
    assert [entry.action for entry in named] == ["access.simulation_requested", "access.simulation_finished"]
    assert json.loads(named[1].body)["details"]["gained"] == {"change": 0, "discover": 0, "view": 1}


def test_a_simulation_changes_nothing(ada):
    bob, asset = make_user("bob", "viewer"), make_asset()

    simulated(OPEN_TABLES)

    assert not Asset.objects.visible_to(bob).filter(pk=asset.pk).exists()
    assert len(documents_in_force()) == 1


def test_a_wrong_policy_is_refused_with_its_place(ada):
    wrong = {**OPEN_TABLES, "conditions": [{"attribute": "resource.nothing", "operator": "==", "value": 1}]}

    with pytest.raises(PolicyError) as refusal:
        request_simulation(actor="ada", documents=[wrong])

    assert refusal.value.path == "policies[0].conditions[0].attribute"
    assert not Simulation.objects.exists()


def test_the_same_question_is_asked_once_while_it_waits(ada):
    first = request_simulation(actor="ada", documents=with_more(OPEN_TABLES))

    assert request_simulation(actor="ada", documents=with_more(OPEN_TABLES)) == first
    assert request_simulation(actor="ada", documents=with_more(SECRETS)) != first
    run_job(job_id=first.job_id)
    assert request_simulation(actor="ada", documents=with_more(OPEN_TABLES)) != first


def test_running_twice_gives_the_same_result(ada):
    make_user("bob", "viewer")
    make_asset()
    row = simulated(OPEN_TABLES)
    found = row.result["changes"]

    Job.objects.filter(pk=row.job_id).update(state="queued", finished_at=None)
    run_job(job_id=row.job_id)

    assert Simulation.objects.get(pk=row.pk).result["changes"] == found


def test_a_cancelled_simulation_has_no_result(ada, client):
    row = request_simulation(actor="ada", documents=with_more(OPEN_TABLES))

    client.post(reverse("simulations:cancel", args=[row.code]))

    row = Simulation.objects.get(pk=row.pk)
    assert (row.state, row.result) == ("cancelled", None)
    assert "There is no result." in client.get(row.get_absolute_url()).content.decode()


def test_a_running_simulation_stops_when_asked(ada, monkeypatch):
    make_user("bob", "viewer")
    make_asset()
    row = request_simulation(actor="ada", documents=with_more(OPEN_TABLES))
    fingerprint = "stewardship.simulations.services.fingerprint"
    monkeypatch.setattr(fingerprint, lambda: cancel_job(job=row.job, actor="ada"))

    run_job(job_id=row.job_id)

    assert Simulation.objects.get(pk=row.pk).state == "cancelled"


def test_a_set_is_told_that_it_was_simulated(ada):
    make_user("bob", "viewer")
    make_asset()
    change = draft(summary="Open the tables", author=ada)
    put_policy(policy_set=change, document=OPEN_TABLES, actor=ada)
    change.refresh_from_db()
    assert readiness(change).is_simulated is False

    row = simulated(policy_set=change)

    change.refresh_from_db()
    assert readiness(change).is_simulated is True
    assert change.effect["simulation"] == str(row.code)
    assert [each["gained"] for each in change.effect["changes"]] == [0, 0, 1]
    assert "bob" not in json.dumps(change.effect)


def test_a_draft_that_was_rewritten_meanwhile_stays_unsimulated(ada):
    change = draft(summary="Open the tables", author=ada)
    put_policy(policy_set=change, document=OPEN_TABLES, actor=ada)
    change.refresh_from_db()
    row = request_simulation(actor="ada", policy_set=change)
    put_policy(policy_set=change, document=SECRETS, actor=ada)

    run_job(job_id=row.job_id)

    change.refresh_from_db()
    assert change.effect is None
    assert reads.stale(Simulation.objects.get(pk=row.pk)) == reads.DRAFT_MOVED
    assert reads.latest(change, ada) is None


def bob_moves():
    User.objects.filter(username="bob").update(department="sales")


@pytest.mark.parametrize(
    ("move", "says"),
    [
        (lambda: None, ""),
        (lambda: make_policy("other"), reads.POLICIES_MOVED),
        (lambda: make_asset("new"), reads.WORLD_MOVED),
        (lambda: Asset.objects.update(sensitivity=3), reads.WORLD_MOVED),
        (bob_moves, reads.WORLD_MOVED),
        (lambda: User.objects.filter(username="bob").update(is_active=False), reads.WORLD_MOVED),
        (lambda: make_grant(User.objects.get(username="bob"), Asset.objects.get()), reads.WORLD_MOVED),
        (lambda: Asset.objects.update(description="said"), ""),
    ],
)
def test_it_says_when_it_no_longer_holds(ada, client, move, says):
    make_user("bob", "viewer")
    make_user("giver", "administrator")
    make_asset()
    row = simulated(OPEN_TABLES)

    move()

    assert reads.stale(row) == says
    page = client.get(row.get_absolute_url()).content.decode()
    assert ("This no longer holds." in page) is bool(says)


def test_it_no_longer_holds_when_a_policy_has_ended_since(ada):
    row = simulated({**OPEN_TABLES, "valid_until": "2200-01-01T00:00:00Z"})
    row.documents[-1]["valid_until"] = "2020-01-01T00:00:00Z"
    row.documents[-1]["valid_from"] = None
    row.result["at"] = "2019-01-01T00:00:00+00:00"

    assert reads.stale(row) == reads.WINDOW_MOVED
