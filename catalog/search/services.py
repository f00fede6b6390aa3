from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from catalog.search.facts import SearchExported

RECENT = timedelta(days=30)  # of queries that make an asset stand higher


@transaction.atomic
def note_export(*, query: str, rows: int, actor: str) -> None:
    """Say that the result of a search left the portal as a file."""
    record(SearchExported(subject=query, actor=actor, rows=rows))


def refresh_usage() -> int:
    """Count anew which queries named each asset lately, and return how many counts changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT catalog_refresh_usage(%s)", [timezone.now().date() - RECENT])
        return int(cursor.fetchone()[0])
