"""One process of the portal: restarted a few times, ended for certain."""

import signal
import sys
import time

import psutil
import pytest

from govportal import children, supervisor
from govportal.children import Child, stop_all

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(subprocess.Popen(["sleep", "600"]).pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def child(tmp_path):
    def make(script):
        made.append(Child("busy", [sys.executable, "-c", script], tmp_path / "busy.log"))
        made[-1].start()
        return made[-1]

    made = []
    yield make
    for each in made:
        each.signal_group(signal.SIGKILL)


def ended(child):
    end = time.monotonic() + 20
    while child.process and child.status is None and time.monotonic() < end:
        time.sleep(0.02)
    return child.status


def test_a_child_that_ignores_the_polite_signal_is_killed_with_all_it_started(child, monkeypatch):
    monkeypatch.setattr(children, "PATIENCE", 0.5)
    stubborn = child(STUBBORN)
    while not (line := stubborn.log.read_text()):
        time.sleep(0.02)
    sleeper = psutil.Process(int(line))

    stop_all([stubborn])

    assert stubborn.status == -signal.SIGKILL
    sleeper.wait(5)
    assert not sleeper.is_running()


def test_a_dead_child_is_started_later_each_time_and_not_for_ever(child):
    failing = child("raise SystemExit(3)")
    pauses = []

    while ended(failing) == 3 and failing.plan_restart():
        pauses.append(round(failing.due - time.monotonic(), 1))
        failing.start()

    assert pauses == [0.5, 1.0, 2.0, 4.0]


def test_the_supervisor_gives_up_with_the_last_words(child, capsys):
    failing = child("import sys; sys.exit('no more ink')")

    with pytest.raises(
        supervisor.Failed, match=r"(?s)The busy process ended 5 times in a minute\..*no more ink"
    ):
        while True:
            supervisor.tend(failing)
            failing.due = None if failing.process else 0.0  # the pauses are another test's
            ended(failing)

    assert capsys.readouterr().out.count("starting it again") == 5


def test_a_long_log_is_put_aside(child, tmp_path, monkeypatch):
    monkeypatch.setattr(children, "LOG_LIMIT", 5)
    (tmp_path / "busy.log").write_text("a long story")

    child("print('new')").process.wait(20)

    assert (tmp_path / "busy.old.log").read_text() == "a long story"
    assert (tmp_path / "busy.log").read_text() == "new\n"


def test_processes_that_stay_unhealthy_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "HEALTHY_WITHIN", 0.3)
    monkeypatch.setattr(supervisor, "VAR", tmp_path)

    with pytest.raises(supervisor.Failed, match="After 0 seconds the web is not up: does not answer"):
        supervisor.wait_until_healthy([], "127.0.0.1", 1)
