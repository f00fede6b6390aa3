from datetime import timedelta

import pytest
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.refusal import Refused
from stewardship.jobs import services
from stewardship.jobs.kinds import KINDS, JobFailed, job_kind
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job


@pytest.fixture
def kinds():
    before = dict(KINDS)
    yield KINDS
    KINDS.clear()
    KINDS.update(before)


@pytest.fixture
def counting(kinds):
    """A kind of work that counts to `upto`."""

    @job_kind("test.count", "Count")
    def count(work, *, upto):
        for number in range(1, upto + 1):
            work.progress(number, upto, f"At {number}")
        work.log("counted")
        return {"counted": upto, "message": f"Counted to {upto}."}


def submitted(kind="test.count", subject="", **arguments):
    return services.submit_job(kind=kind, arguments=arguments, actor="alice", subject=subject)


def test_a_job_runs_and_keeps_its_result(db, counting):
    job = submitted(upto=3)

    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.message) == ("succeeded", 3, 3, "Counted to 3.")
    assert job.result == {"counted": 3, "message": "Counted to 3."}
    assert "counted" in job.log


def test_submitting_and_finishing_are_audited(db, counting):
    run_job(job_id=submitted(upto=1).pk)

    assert list(Entry.objects.filter(object_type="job").order_by("id").values_list("action", flat=True)) == [
        "jobs.submitted",
        "jobs.finished",
    ]


def test_a_job_is_done_once_however_often_the_bell_rings(db, counting):
    job = submitted(upto=2)

    run_job(job_id=job.pk)
    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.attempt, job.state) == (1, "succeeded")


def test_the_same_work_on_the_same_subject_is_not_doubled(db, counting):
    first = submitted(subject="source:1", upto=1)

    assert submitted(subject="source:1", upto=1) == first
    run_job(job_id=first.pk)
    assert submitted(subject="source:1", upto=1) != first


def test_an_expected_failure_says_why(db, kinds):
    @job_kind("test.fail", "Fail")
    def fail(work):
        raise JobFailed("The host does not answer.")

    job = submitted("test.fail")
    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "The host does not answer.")


def test_an_unexpected_failure_hides_its_details(db, kinds):
    @job_kind("test.crash", "Crash")
    def crash(work):
        raise ValueError("password=hunter2")

    job = submitted("test.crash")
    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert job.state == "failed"
    assert "hunter2" not in job.message


def test_a_cancelled_job_stops_at_its_next_step(db, kinds):
    @job_kind("test.cancel", "Cancel")
    def cancel(work):
        services.cancel_job(job=Job.objects.get(pk=work.job_id), actor="alice")
        work.progress(1, 2)
        raise AssertionError("went on")

    job = submitted("test.cancel")
    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.message) == ("cancelled", "Cancelled on request.")


def test_a_queued_job_can_be_cancelled_before_it_begins(db, counting):
    job = submitted(upto=1)

    services.cancel_job(job=job, actor="alice")
    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("cancelled", 0)


def dead(job, **changes):
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5), **changes)


def test_the_sweeper_restarts_a_job_whose_worker_died(db, counting):
    job = submitted(upto=1)
    services.claim_job(job_id=job.pk)
    dead(job)

    assert services.sweep_jobs() == 1
    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("succeeded", 2)


def test_the_sweeper_leaves_a_living_job_alone(db, counting):
    job = submitted(upto=1)
    services.claim_job(job_id=job.pk)

    assert services.sweep_jobs() == 0


def test_a_job_that_killed_three_workers_fails(db, counting):
    job = submitted(upto=1)
    services.claim_job(job_id=job.pk)
    dead(job, attempt=3)

    services.sweep_jobs()

    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "Its worker died three times.")


def test_a_worker_that_was_given_up_cannot_end_the_job_of_its_successor(db, counting):
    job = submitted(upto=1)
    late = services.claim_job(job_id=job.pk)
    dead(job)
    services.sweep_jobs()
    services.claim_job(job_id=job.pk)

    services.finish_job(job=late, state="failed", message="late")

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("running", 2)


def test_unknown_work_is_refused(db):
    with pytest.raises(Refused, match="no work of the kind"):
        submitted("test.nothing")
