"""Workers beside each other: nothing is lost, nothing doubled, and nobody waits for ever."""

import json
import threading

from django.db import connection

from lineage.graph.models import Edge
from lineage.ingest import services
from lineage.ingest.models import Event
from tests.lineage.events import run_event

EVENTS = 120


def reads(number):
    return [f"t{number % 7}", f"t{number * 3 % 11}"]


def writes(number):
    return f"t{number * 5 % 13 + 20}"


def work(errors):
    """What a worker does until nothing is left."""
    try:
        while services.apply_batch():
            pass
    except Exception as error:  # noqa: BLE001 - told to the test
        errors.append(error)
    finally:
        connection.close()


def test_four_workers_over_shared_tables(transactional_db, monkeypatch):
    """Small batches in orders that deadlock at once when rows are not sorted."""
    monkeypatch.setattr(services, "BATCH", 7)
    for number in range(EVENTS):
        event = run_event("COMPLETE", f"job {number % 9}", f"run {number}", reads(number), [writes(number)])
        services.receive_event(body=json.dumps(event).encode(), sender="alice")
    errors: list[Exception] = []

    workers = [threading.Thread(target=work, args=[errors]) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert errors == []
    assert set(Event.objects.values_list("state", flat=True)) == {"applied"}
    expected = {(read, writes(n), f"job {n % 9}") for n in range(EVENTS) for read in reads(n)}
    assert set(Edge.objects.values_list("source__name", "target__name", "job__name")) == expected
