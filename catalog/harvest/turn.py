"""One harvest of a namespace at a time, from the first question to the last row.

Otherwise a listing that was read earlier could be written later, and undo what is newer.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def turn(namespace: str) -> Iterator[None]:
    """Wait until nobody else harvests `namespace`, and keep the others waiting until the block ends.

    The lock belongs to the database session: when the worker dies, it is free again.
    """
    name = [f"harvest {namespace}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", name)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", name)
