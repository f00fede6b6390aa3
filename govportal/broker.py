"""Celery's broker in our own PostgreSQL, for installations without Redis or RabbitMQ.

It is kombu's SQLAlchemy transport with three differences: a delivered message leaves the table (kombu keeps
it for ever), several workers take messages side by side, and it looks more often than once a second.
"""

from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, sqlalchemy
from kombu.utils.json import loads
from sqlalchemy import delete, select

ALIAS = "govportal"  # govportal+postgresql+psycopg://…


class Channel(sqlalchemy.Channel):
    """A queue is the rows of one table."""

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        message = self.message_cls
        oldest = (
            select(message.id)
            .where(message.queue_id == self._get_or_create(queue).id, message.visible)  # type: ignore[attr-defined]
            .order_by(message.sent_at, message.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        taken = delete(message).where(message.id.in_(oldest.scalar_subquery())).returning(message.payload)
        try:
            payload = self.session.execute(taken, execution_options={"synchronize_session": False}).scalar()
        finally:
            self.session.commit()
        if payload is None:
            raise Empty
        return loads(payload)


class Transport(sqlalchemy.Transport):
    Channel = Channel
    polling_interval = 0.3  # seconds


TRANSPORT_ALIASES[ALIAS] = f"{__name__}:Transport"
