"""The worker's pulse: a worker that is up and connected writes the time into the cache.

Written by the worker's own timer, not by a task: a worker whose threads are all busy for an hour is healthy.
"""

import logging
import time
from typing import Any

from celery import bootsteps
from django.core.cache import cache
from django.db import close_old_connections

KEY = "worker-pulse"
EVERY = 10.0  # seconds
STALE = 60.0  # seconds without a pulse after which no worker is believed to be up

logger = logging.getLogger(__name__)


class Pulse(bootsteps.StartStopStep):
    """Beats while the worker consumes; stops when it loses its broker."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        beat()
        self.entry = consumer.timer.call_repeatedly(EVERY, beat)

    def stop(self, consumer: Any) -> None:
        self.entry.cancel()


def write() -> None:
    cache.set(KEY, time.time(), timeout=None)


def beat() -> None:
    """Write the pulse from the timer's thread, which nobody else tidies up after."""
    try:
        write()
    except Exception:  # the edge: a cache that is away for a moment must not end the worker
        logger.exception("The worker could not write its pulse")
    finally:
        close_old_connections()


def seconds_since() -> float | None:
    """Return the age of the last pulse, or None when there never was one."""
    written: float | None = cache.get(KEY)
    return None if written is None else time.time() - written
