import logging
from threading import Lock
from time import monotonic

from celery import current_app, shared_task

from lineage.ingest import services

GATHER_SECONDS = 0.3  # events that come within this time are drawn by one task
BROKER_REST_SECONDS = 5.0  # after a failure the broker is left alone; the clock rings every 30 s anyway
MOST_BATCHES = 200

logger = logging.getLogger(__name__)


@shared_task
def apply_pending() -> int:
    """Apply what is pending, batch by batch, and return how many events that were."""
    total = 0
    for _ in range(MOST_BATCHES):
        count = services.apply_batch()
        if not count:
            break
        total += count
    return total


class Bell:
    """Rings for a worker at most once in `GATHER_SECONDS`, and never fails who rings it.

    The ring comes at the end of that time, so that every event kept meanwhile is covered by it.
    """

    def __init__(self) -> None:
        self.silent_until = 0.0
        self.lock = Lock()

    def ring(self) -> None:
        if not self._claim():
            return
        try:
            apply_pending.apply_async(countdown=GATHER_SECONDS, retry=False)
        except Exception:  # the edge: whatever a broker raises, the event is kept
            self.silent_until = monotonic() + BROKER_REST_SECONDS
            logger.warning("The broker does not answer; lineage events wait for the clock.", exc_info=True)

    def _claim(self) -> bool:
        if current_app.conf.task_always_eager:
            return True
        with self.lock:
            now = monotonic()
            if now < self.silent_until:
                return False
            self.silent_until = now + GATHER_SECONDS
            return True


bell = Bell()
