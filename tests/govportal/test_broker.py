"""Celery's broker in PostgreSQL: messages arrive once, in order, and leave nothing behind."""

from collections.abc import Iterator

import pytest
from django.db import connection
from kombu import Connection
from kombu.simple import SimpleQueue

from govportal.broker import Channel
from govportal.urls_from_env import broker_url


@pytest.fixture
def queue(db: None) -> Iterator[SimpleQueue]:
    with Connection(url()) as broker, broker.SimpleQueue("letters") as queue:
        yield queue
        queue.clear()
    for engine, _ in Channel._engines.values():
        engine.dispose()  # or the test database could not be dropped


def url() -> str:
    known = connection.settings_dict
    return broker_url("", f"postgresql://{known['USER']}@/{known['NAME']}?host={known['HOST']}")


def messages() -> int:
    """How many letters wait; other tests may have rung for a worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM kombu_message m JOIN kombu_queue q ON q.id = m.queue_id"
            " WHERE q.name = 'letters'"
        )
        return int(cursor.fetchone()[0])


def test_messages_arrive_in_order_and_leave_the_table(queue):
    for word in ("one", "two", "three"):
        queue.put({"word": word})

    taken = [queue.get(timeout=2) for _ in range(3)]
    for message in taken:
        message.ack()

    assert [message.payload["word"] for message in taken] == ["one", "two", "three"]
    assert messages() == 0


def test_an_empty_queue_is_empty(queue):
    with pytest.raises(SimpleQueue.Empty):
        queue.get(timeout=0.1)


def test_two_workers_do_not_get_the_same_message(queue):
    queue.put({"word": "only"})

    with Connection(url()) as other, other.SimpleQueue("letters") as second:
        taken = queue.get(timeout=2)
        with pytest.raises(SimpleQueue.Empty):
            second.get(timeout=0.5)

    assert taken.payload == {"word": "only"}
