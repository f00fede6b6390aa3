from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from accesscontrol.audit.models import Entry, EntryQuerySet

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


def entries(
    *,
    reader: User,
    actor: str = "",
    action: str = "",
    about: str = "",
    outcome: str = "",
    since: date | None = None,
    until: date | None = None,
) -> EntryQuerySet:
    """Return the log's lines that fit, newest first, as far as `reader` may read the log."""
    rows = Entry.objects.visible_to(reader)
    exact: dict[str, Any] = {
        "actor": actor,
        "outcome": outcome,
        "at__date__gte": since,
        "at__date__lte": until,
    }
    rows = rows.filter(**{key: value for key, value in exact.items() if value})
    if action:
        rows = rows.filter(action__startswith=action)
    if about:
        rows = rows.filter(Q(object_id=about) | Q(object_type=about))
    return rows
