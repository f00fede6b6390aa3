from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accesscontrol.grants.answering import answered_by, find_object, governed_models, keys
from accesscontrol.grants.limits import LIMITS
from accesscontrol.grants.models import Grant, GrantQuerySet
from accesscontrol.identity.models import User

UNSEEN = "An asset that you may not see"


def grants(*, reader: User, state: str = "", person: str = "", asset: str = "") -> GrantQuerySet:
    """Return the grants that fit, newest first, as far as `reader` may know of them.

    The name of an asset finds only what the reader may see.
    """
    rows = Grant.objects.visible_to(reader).in_state(state).for_list()
    if person:
        rows = rows.filter(Q(user__username__icontains=person) | Q(group__name__icontains=person))
    if asset:
        rows = rows.filter(_about(reader, asset))
    return rows


def _about(reader: User, words: str) -> Q:
    seen = [keys(known_to(reader, model)) for model in governed_models()]
    found = Q(object_label__icontains=words)
    return found & Q(object_pk__in=seen[0]) if seen else found


def known_to(reader: User, model: type[models.Model]) -> Any:
    """Return the rows whose name `reader` may know: what they see, may discover, or answer for."""
    rows: Any = model._default_manager.all()
    seen = rows.visible_to(reader).order_by().values("pk")
    discovered = rows.visible_to(reader, "discover").order_by().values("pk")
    return rows.filter(Q(pk__in=seen) | Q(pk__in=discovered) | answered_by(reader, model))


def find_known(code: UUID, *, reader: User) -> models.Model | None:
    """Return the governed object with this public code if `reader` may know of it, else None."""
    found = find_object(code)
    if found is None or not known_to(reader, type(found)).filter(pk=found.pk).exists():
        return None
    return found


def with_names(rows: Iterable[Grant], reader: User) -> list[Grant]:
    """Return the grants, each with `title` and `object_url` as the reader may know them: one query."""
    found = list(rows)
    wanted = {str(grant.object_pk) for grant in found}
    known = {
        str(each.pk): each
        for model in governed_models()
        for each in (known_to(reader, model).filter(pk__in=wanted) if wanted else ())
    }
    for grant in found:
        seen: Any = known.get(str(grant.object_pk))
        grant.title = str(seen) if seen else UNSEEN
        grant.object_url = seen.get_absolute_url() if seen else ""
    return found


def ending_soon(reader: User) -> list[Grant]:
    """Return the reader's own grants, and those they gave, that end within the longest warning."""
    until = timezone.now() + LIMITS.warnings[0]
    mine = Q(user=reader) | Q(granted_by=reader)
    return with_names(Grant.objects.ending(until).filter(mine).for_list()[:20], reader)
