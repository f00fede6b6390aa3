from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models

from accesscontrol.display.stubs import PREFIX, Stubs
from accesscontrol.grants.answering import answering, find_object, governed_models
from accesscontrol.grants.reads import known_to
from accesscontrol.identity.models import User
from stewardship.accessrequests.models import AccessRequest, AccessRequestQuerySet

HIDDEN = "A hidden asset"


def resource_named(asked_as: str, reader: User) -> models.Model | None:
    """Return what a code, or a stub that this reader was given, stands for; None when for nothing."""
    if asked_as.startswith(PREFIX):
        row = Stubs(settings.SECRET_KEY, reader.pk).row_of(asked_as)
        model = next(governed_models())
        return model._default_manager.filter(pk=row).first() if row is not None else None
    try:
        return find_object(UUID(asked_as))
    except ValueError:
        return None


def disclosed(resource: models.Model | None, reader: User) -> dict[str, Any] | None:
    """Return name, owner and address as far as policies let `reader` discover them, else None."""
    if resource is None:
        return None
    rows: Any = type(resource)._default_manager.filter(pk=resource.pk)
    seen = rows.visible_to(reader).exists()
    if not seen and not rows.visible_to(reader, "discover").exists():
        return None
    url = resource.get_absolute_url() if seen else ""  # type: ignore[attr-defined]
    return {"name": str(resource), "owner": answering(resource).get("owner", ""), "url": url}


def decidable(reader: User) -> AccessRequestQuerySet:
    """Return what waits for `reader`'s decision, the most urgent first."""
    rows = AccessRequest.objects.decidable_by(reader).pending().for_list()
    return rows.with_mine(reader).order_by("expires_at", "pk")


def with_names(rows: Iterable[AccessRequest], reader: User) -> list[AccessRequest]:
    """Return the requests, each with `title` and `object_url` as the reader may know them.

    A name is known to who may see or discover the thing, and to who decides about it.
    """
    found = list(rows)
    known = _known({row.object_pk for row in found if row.object_pk}, reader)
    for row in found:
        seen: Any = known.get(row.object_pk)
        hidden = HIDDEN if row.asked_as.startswith(PREFIX) else row.asked_as
        row.title = str(seen) if seen else hidden
        row.object_url = seen.get_absolute_url() if seen else ""
    return found


def _known(keys: set[str], reader: User) -> dict[str, models.Model]:
    found: dict[str, models.Model] = {}
    for model in governed_models() if keys else ():
        rows = known_to(reader, model).filter(pk__in=keys)
        found |= {str(row.pk): row for row in rows}
        if reader.has_perm("accesscontrol.change_grant"):
            decided = AccessRequest.objects.decidable_by(reader).filter(object_pk__in=keys)
            mine = list(decided.values_list("object_pk", flat=True))
            found |= {str(row.pk): row for row in model._default_manager.filter(pk__in=mine)}
    return found
