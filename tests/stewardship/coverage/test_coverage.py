"""The last measurement is shown with its time; a new one is a job."""

import pytest
from django.urls import reverse

from accesscontrol.audit.models import Entry
from stewardship.coverage.models import CoverageReport
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.build import make_asset, make_policy, make_user

pytestmark = pytest.mark.django_db
PAGE, API = "/access/coverage/", "/api/v1/access/coverage/"
VIEWS = {"attribute": "resource.kind", "operator": "==", "value": "view"}


@pytest.fixture
def ada(client):
    ada = make_user("ada", "administrator")
    client.force_login(ada)
    return ada


def measured(client):
    client.post(reverse("coverage:measure"))
    run_job(job_id=CoverageReport.objects.first().job_id)


def page(client):
    return client.get(PAGE).content.decode()


def test_it_is_measured_by_a_job_and_shown_with_its_time(ada, client):
    make_asset()
    make_policy("views-only", VIEWS)
    assert "Not measured yet" in page(client)
    client.post(reverse("coverage:measure"))
    assert "every 2s" in page(client)

    run_job(job_id=Job.objects.get().pk)

    found = page(client)
    assert "every 2s" not in found
    assert "<li>views-only</li>" in found
    assert "<code>resource.kind == view</code>" in found
    assert "This no longer holds" not in found
    assert Entry.objects.filter(action="access.coverage_measured").count() == 1


def test_two_questions_at_once_are_one_job(ada, client):
    client.post(reverse("coverage:measure"))
    client.post(reverse("coverage:measure"))

    assert (Job.objects.count(), CoverageReport.objects.count()) == (1, 1)


def test_running_twice_keeps_one_report(ada, client):
    measured(client)
    Job.objects.update(state="queued", finished_at=None)

    run_job(job_id=Job.objects.get().pk)

    assert CoverageReport.objects.get().result is not None


@pytest.mark.parametrize("move", [make_asset, make_policy])
def test_it_says_when_it_no_longer_holds(ada, client, move):
    measured(client)

    move()

    assert "This no longer holds" in page(client)
    assert client.get(API).json()["stale"]


def test_the_last_result_stays_while_a_new_one_is_worked_out_or_fails(ada, client):
    measured(client)
    client.post(reverse("coverage:measure"))
    assert "Measured" in page(client)

    client.post(f"/jobs/{Job.objects.first().code}/cancel/")

    found = page(client)
    assert "The last measurement has no result." in found
    assert "Measured" in found


def test_the_api_answers_the_last_result_and_202(ada, client):
    assert client.get(API).json() == {"measured_at": None, "stale": "", "result": None}

    answer = client.post(API)
    run_job(job_id=Job.objects.get().pk)

    assert (answer.status_code, answer.json().keys()) == (202, {"job", "state", "url"})
    assert client.get(API).json()["result"]["policies"] == 1


def test_who_lacks_the_right_gets_no_further_than_the_door(ada, client):
    client.force_login(make_user("bob", "viewer"))
    assert client.get(PAGE).status_code == client.post(reverse("coverage:measure")).status_code == 403
    assert client.get(API).status_code == client.post(API).status_code == 403

    client.force_login(make_user("olga", "auditor"))
    assert client.get(PAGE).status_code == 200
    assert "Measure now" not in page(client)
    assert client.post(reverse("coverage:measure")).status_code == client.post(API).status_code == 403
