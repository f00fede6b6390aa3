"""One harvest of a namespace at a time, from the first question to the last row.

Otherwise a listing that was read earlier could be written later, and undo what is newer.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from catalog.connectors.errors import ConnectorError
from catalog.sources.models import Source

GONE = "The source is gone."


@contextmanager
def turn(source: Source) -> Iterator[Source]:
    """Wait until nobody else harvests its namespace, and keep the others waiting until the block ends.

    Gives the source as it is then: somebody may have changed it meanwhile. Raises ConnectorError for one
    that was removed.
    """
    while True:
        with _alone(source.namespace):
            now = Source.objects.filter(pk=source.pk).first()
            if now is None:
                raise ConnectorError(GONE, "config")
            if now.namespace == source.namespace:
                yield now
                return
        source = now


@contextmanager
def _alone(namespace: str) -> Iterator[None]:
    """The lock belongs to the database session: when the worker dies, it is free again."""
    name = [f"harvest {namespace}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", name)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", name)
