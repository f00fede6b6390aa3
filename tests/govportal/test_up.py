"""`manage.py up`, with real processes: starts as a whole, heals, and leaves nothing behind."""

import signal
import socket
import time

import psycopg
import pytest

from govportal.embedded import Server
from tests.govportal.portal import PATIENCE, Portal, wait_for

pytestmark = pytest.mark.slow
ALL_WELL = {"web": "ok", "database": "ok", "worker": "ok"}
EVERYTHING = {"up", "uvicorn", "worker", "beat", "postgres"}


def gone(portal):
    """Whether nothing of it is left; PostgreSQL may take a moment to write its last page."""
    end = time.monotonic() + PATIENCE
    while portal.processes() and time.monotonic() < end:
        time.sleep(0.1)
    return portal.processes() == {}


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """A running portal; once it is told to stop, nothing of it may be left."""
    running = Portal(tmp_path_factory.mktemp("up"))
    running.start_and_wait()
    yield running
    assert running.stop(signal.SIGINT) == 0
    assert gone(running)
    assert running.said().endswith("Stopping … stopped.\n")


@pytest.fixture
def folder(tmp_path):
    """A folder whose PostgreSQL is stopped afterwards, whatever the test did to its users."""
    (tmp_path / "var").mkdir()
    yield tmp_path
    if (tmp_path / "var" / "postgres" / "PG_VERSION").exists():
        Server(tmp_path / "var" / "postgres", tmp_path / "postgres.log").stop()


def test_the_portal_is_healthy_when_it_says_so(portal):
    assert portal.health() == ALL_WELL
    assert set(portal.processes()) == EVERYTHING
    assert f"The portal is at http://127.0.0.1:{portal.port}/" in portal.said()


def test_the_administrator_of_the_environment_may_sign_in(portal):
    script = """
from accesscontrol.identity.models import User
root = User.objects.get(username="root")
print(root.is_superuser, root.check_password("correct horse battery"))
"""

    assert portal.manage("shell", "--no-imports", "-c", script).stdout == "False True\n"


def test_a_command_beside_it_does_not_stop_its_database(portal):
    portal.manage("check")

    assert portal.health() == ALL_WELL


def test_one_folder_runs_one_portal(portal):
    second = portal.manage("up")

    assert second.returncode == 1
    assert second.stderr.startswith(f"The portal of {portal.var} already runs: process ")


def test_a_killed_worker_comes_back(portal):
    first = portal.processes()["worker"]
    first.kill()

    wait_for(lambda: portal.processes().get("worker", first).pid != first.pid)

    wait_for(lambda: portal.health() == ALL_WELL)
    assert "The worker process ended with status -9; starting it again." in portal.said()


def test_a_killed_supervisor_takes_its_children_along_and_the_next_start_goes_on(folder):
    portal = Portal(folder)
    portal.start_and_wait()

    portal.stop(signal.SIGKILL)
    wait_for(lambda: set(portal.processes()) <= {"postgres"})
    portal.start_and_wait()

    assert portal.health() == ALL_WELL
    assert portal.stop() == 0
    assert portal.processes() == {}


def test_with_redis_the_database_carries_no_messages(folder, redis_url):
    portal = Portal(folder, REDIS_URL=redis_url)
    portal.start_and_wait()

    assert portal.health() == ALL_WELL
    address = Server(folder / "var" / "postgres", folder / "log").url()
    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT to_regclass('kombu_message')").fetchone()
    assert found == (None,)
    assert portal.stop() == 0


def test_a_taken_port_is_named(folder):
    portal = Portal(folder)
    with socket.create_server(("127.0.0.1", portal.port)):
        status, said = portal.run()

    assert status == 1
    assert f"Port {portal.port} of 127.0.0.1 cannot be used (Address already in use)" in said


def test_a_broken_data_folder_is_named(folder):
    (folder / "var" / "postgres").write_text("")

    status, said = Portal(folder).run()

    assert status == 1
    assert f"{folder}/var/postgres is not a PostgreSQL data folder" in said


def test_without_an_administrator_nothing_starts(folder):
    status, said = Portal(folder, GOVPORTAL_ADMIN="").run()

    assert status == 1
    assert "This portal has no administrator yet: set GOVPORTAL_ADMIN and GOVPORTAL_ADMIN_PASSWORD" in said


def test_a_process_that_does_not_start_is_named_with_its_last_words(folder):
    portal = Portal(folder, WORKER_POOL="swimming")

    status, said = portal.run()

    assert status == 1
    assert f"The worker process ended with status 2. The end of {folder}/var/log/worker.log:" in said
    assert portal.processes() == {}
