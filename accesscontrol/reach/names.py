"""People and resources by the names that addresses and questions use."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from accesscontrol.identity.models import User
from accesscontrol.policy.querysets import governed_model


def person_named(username: str) -> User | None:
    if "\0" in username:  # which PostgreSQL cannot compare
        return None
    return User.objects.filter(username=username).first()


def known_to(reader: User, resource_type: str = "asset") -> Any:
    """Return the resources that `reader` may see, or may at least know by name and owner."""
    rows: Any = governed_model(resource_type)._default_manager.all()
    sides = [rows.visible_to(reader, action).order_by().values("pk") for action in ("view", "discover")]
    return rows.filter(Q(pk__in=sides[0]) | Q(pk__in=sides[1]))


def resource_named(text: str, reader: User, resource_type: str = "asset") -> Any:
    """Return the one resource with this code or full name that `reader` may see, else None."""
    model: Any = governed_model(resource_type)
    try:
        wanted = Q(code=UUID(text.strip()))
    except ValueError:
        wanted = Q(name=text.strip())
    found = list(model._default_manager.visible_to(reader).filter(wanted)[:2])
    return found[0] if len(found) == 1 else None
