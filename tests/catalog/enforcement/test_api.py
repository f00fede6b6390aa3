"""The same by the API: plan, review, approve, apply, verify, reverse."""

import pytest
from rest_framework.test import APIClient

from catalog.enforcement.models import Enforcement
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.build import make_policy, make_token


def client(user):
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(user)}")
    return caller


@pytest.fixture
def olga(company):
    return client(company.olga)


@pytest.fixture
def peter(company):
    return client(company.peter)


@pytest.fixture
def here(company):
    return f"/api/v1/sources/{company.source.code}/enforcement/"


def done(answer):
    """Run the job that an answer names, as a worker does."""
    assert answer.status_code == 202
    job = Job.objects.get(code=answer.data["job"])
    run_job(job_id=job.pk)
    job.refresh_from_db()
    return job


def test_the_whole_way_and_back(company, olga, peter, here):
    made = olga.post(f"{here}plans/")
    assert made.status_code == 201
    assert "CREATE POLICY" in made.data["script"]
    assert "DROP POLICY" in made.data["reverse"]
    assert {change["object"] for change in made.data["changes"]} >= {
        "view gov.customers",
        "table shop.customers",
    }
    assert olga.post(f"{here}plans/1/review/").data["state"] == "review"
    assert olga.post(f"{here}plans/1/approve/").status_code == 409
    assert peter.post(f"{here}plans/1/approve/").data["approved_by"] == "peter"
    assert peter.post(f"{here}plans/1/apply/").status_code == 403
    assert done(olga.post(f"{here}plans/1/apply/")).state == Job.State.SUCCEEDED
    assert olga.post(f"{here}plans/").status_code == 204

    assert done(olga.post(f"{here}verify/")).result["failed"] == 0
    assert done(olga.post(f"{here}drift/")).result["differences"] == 0
    told = olga.get(here).data
    assert told["plans"] == [1]
    assert {check["passed"] for check in told["checks"]} == {True}

    assert done(olga.post(f"{here}plans/1/reverse/")).state == Job.State.SUCCEEDED
    assert olga.get(f"{here}plans/1/").data["state"] == "reversed"


def test_a_refused_application_is_a_failed_job_with_its_reason(company, olga, here):
    company.approved()
    company.enforcement.mappings.all().delete()
    job = done(olga.post(f"{here}plans/1/apply/"))

    assert job.state == Job.State.FAILED
    assert "make a new one" in job.message


def test_strangers_and_viewers_get_nothing(company, here):
    assert APIClient().get(here).status_code == 401
    viewer = client(company.vera)
    assert viewer.get(here).status_code == 403
    assert viewer.post(f"{here}plans/").status_code == 403


def test_no_secret_and_no_value_of_a_row_comes_out(company, olga, peter, here):
    company.set_up(user="")
    company.applied()
    done(olga.post(f"{here}verify/"))

    answers = [olga.get(here).content.decode(), olga.get(f"{here}plans/1/").content.decode()]

    salt = company.shop.scratch.connection.execute("SELECT salt FROM gov.mask_salt").fetchone()[0]
    assert not any(salt in answer or "c3@x.io" in answer for answer in answers)


def test_what_is_not_there_is_404(olga, here):
    assert olga.get(f"{here}plans/9/").status_code == 404
    Enforcement.objects.all().delete()
    assert olga.get(here).status_code == 404
    assert olga.post(f"{here}plans/").status_code == 404


def test_a_plan_needs_the_whole_source(company, peter, olga, here):
    make_policy("closed", {"attribute": "user.username", "operator": "==", "value": "olga"}, effect="forbid")

    answer = olga.post(f"{here}plans/")

    assert answer.status_code == 403
    assert "hidden from you" in answer.json()["detail"]


def test_a_database_that_does_not_answer_is_a_conflict_that_says_so(company, olga, here):
    settings = {**company.source.settings, "port": 1, "host": "127.0.0.1"}
    type(company.source).objects.filter(pk=company.source.pk).update(settings=settings)

    answer = olga.post(f"{here}plans/")

    assert answer.status_code == 409
    assert "Nothing answers" in answer.json()["detail"]
