import pytest

from stewardship.jobs import services
from stewardship.jobs.kinds import KINDS, job_kind
from stewardship.jobs.work import run_job
from tests.build import make_asset, make_policy, make_token, make_user


@pytest.fixture
def job(db):
    before = dict(KINDS)

    @job_kind("test.page", "Count sheep")
    def count(work):
        work.progress(2, 2, "Two sheep")

    yield services.submit_job(kind="test.page", arguments={}, actor="alice")
    KINDS.clear()
    KINDS.update(before)


@pytest.fixture
def alice(client, db):
    user = make_user("alice", "viewer")
    client.force_login(user)
    return user


def test_the_list_shows_a_running_job_with_its_bar(client, alice, job):
    shown = client.get("/jobs/").content.decode()

    assert "Count sheep" in shown
    assert "<progress" in shown
    assert 'hx-trigger="every 2s"' in shown


def test_the_page_stops_polling_when_the_job_is_done(client, alice, job):
    run_job(job_id=job.pk)

    answer = client.get(f"/jobs/{job.code}/", headers={"HX-Request": "true", "HX-Target": "state"})

    assert answer.status_code == 286
    assert "<html" not in answer.content.decode()
    assert "every 2s" not in answer.content.decode()


def test_another_persons_job_does_not_exist_for_a_viewer(client, job):
    client.force_login(make_user("charlie", "viewer"))

    assert client.get(f"/jobs/{job.code}/").status_code == 404
    assert client.post(f"/jobs/{job.code}/cancel/").status_code == 404
    assert "Count sheep" not in client.get("/jobs/").content.decode()


def test_a_job_is_cancelled_by_its_button(client, alice, job):
    client.post(f"/jobs/{job.code}/cancel/")

    job.refresh_from_db()
    assert job.state == "cancelled"


def test_the_api_shows_and_cancels(client, alice, job):
    header = {"Authorization": f"Bearer {make_token(alice)}"}

    listed = client.get("/api/v1/jobs/", headers=header).json()["results"]
    cancelled = client.post(f"/api/v1/jobs/{job.code}/cancel/", headers=header).json()

    assert [row["code"] for row in listed] == [str(job.code)]
    assert cancelled["state"] == "cancelled"


def test_a_job_about_what_is_hidden_does_not_exist_even_for_who_began_it(client, job, alice):
    services.cancel_job(job=job, actor="alice")
    asset, other = make_asset("shop.public.salaries"), make_asset("shop.public.orders")
    mine = [
        services.submit_job(kind="test.page", arguments={}, actor="alice", subject=f"asset:{each.code}")
        for each in (asset, other)
    ]
    make_policy("everybody")
    make_policy("hr", {"attribute": "resource.name", "operator": "==", "value": asset.name}, effect="forbid")

    assert [client.get(f"/jobs/{each.code}/").status_code for each in mine] == [404, 200]
    listed = client.get("/api/v1/jobs/").json()["results"]
    assert [row["code"] for row in listed] == [str(mine[1].code), str(job.code)]


def test_who_may_see_every_job_may_not_stop_it(client, job):
    client.force_login(make_user("ben", "auditor"))

    assert "Cancel" not in client.get(f"/jobs/{job.code}/").content.decode()
    assert client.post(f"/jobs/{job.code}/cancel/").status_code == 403
    assert client.post(f"/api/v1/jobs/{job.code}/cancel/").status_code == 403
