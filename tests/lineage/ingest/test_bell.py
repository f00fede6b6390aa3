"""A worker is called soon, cheaply, and never at the price of an event."""

import pytest
from kombu.exceptions import OperationalError

from lineage.graph.models import Edge
from lineage.ingest import tasks
from lineage.ingest.models import Event
from tests.lineage.events import run_event


@pytest.fixture
def bell(monkeypatch):
    """A bell that has not rung yet, while time stands still."""
    bell = tasks.Bell()
    monkeypatch.setattr(tasks, "monotonic", lambda: 1000.0)
    monkeypatch.setattr("lineage.ingest.api.bell", bell)
    return bell


@pytest.fixture
def rings(monkeypatch):
    """Every call of a worker, with what it was told."""
    rung = []
    monkeypatch.setattr(tasks.apply_pending, "apply_async", lambda **how: rung.append(how))
    return rung


def test_events_that_come_together_ring_once_and_the_ring_comes_after_them(bell, rings, send):
    for number in range(5):
        send(run_event("START", run=str(number)))

    assert rings == [{"countdown": tasks.GATHER_SECONDS, "retry": False}]


def test_after_that_time_the_bell_rings_again(bell, rings):
    bell.ring()
    bell.silent_until -= tasks.GATHER_SECONDS
    bell.ring()

    assert len(rings) == 2


def test_a_broker_that_is_down_loses_nothing_and_fails_nobody(bell, monkeypatch, send):
    calls = []

    def down(**how):
        calls.append(how)
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.apply_pending, "apply_async", down)

    answers = [
        send(run_event("COMPLETE", run=str(number), inputs=["a"], outputs=["b"])) for number in range(3)
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len(calls) == 1  # and it is left in peace for a while
    assert tasks.apply_pending() == 3  # the clock comes round
    assert Edge.objects.count() == 1


def test_a_refused_event_calls_nobody(bell, rings, send):
    send({"nothing": 1})

    assert rings == []


def test_with_a_worker_at_hand_an_event_becomes_an_edge_at_once(bell, eager, send):
    send(run_event("COMPLETE", inputs=["a"], outputs=["b"]))

    assert (Edge.objects.count(), Event.objects.get().state) == (1, "applied")
