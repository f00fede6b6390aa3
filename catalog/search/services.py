from django.db import transaction

from accesscontrol.audit.services import record
from catalog.search.facts import SearchExported


@transaction.atomic
def note_export(*, query: str, rows: int, actor: str) -> None:
    """Say that the result of a search left the portal as a file."""
    record(SearchExported(subject=query, actor=actor, rows=rows))
