"""All users and all resources, as the policies see them: a handful of statements, however many there are."""

from datetime import datetime
from hashlib import sha256

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Count, Func, Sum, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from accesscontrol.grants.models import Grant
from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.policy.querysets import ByPolicy, governed_model
from accesscontrol.policy.reads import values_of
from accesscontrol.policy.semantics import Values
from accesscontrol.simulation.table import Rows, Table, rows_at


def everybody() -> dict[int, Values]:
    """Return the attributes of all active users by primary key: one query."""
    return values_of(User.objects.filter(is_active=True).order_by())


def moment() -> Values:
    """Return what is known of the moment when nobody in particular asks: its time, and no emergency."""
    return {"time": timezone.now(), "break_glass": False}


def governed_types() -> list[str]:
    """Return the types of resource that are rows of ours; policies may speak of others too."""
    guards = (getattr(model, "guard", None) for model in apps.get_models())
    return sorted(guard.resource_type for guard in guards if isinstance(guard, ByPolicy))


def read_table(resource_type: str) -> Table:
    """Return all resources of a type with what policies may know of them, in one statement."""
    model = governed_model(resource_type)
    attributes = tuple(VOCABULARY.resources[resource_type].values())
    paths = [attribute.path for attribute in attributes]
    rows = model._default_manager.order_by("pk").values_list("pk", "code", *paths)
    return Table(
        attributes,
        ((pk, code, values) for pk, code, *values in rows.iterator(chunk_size=10_000)),
    )


def read_grants(resource_type: str, action: str, table: Table, at: datetime | None) -> dict[int, Rows]:
    """Return the resources granted one by one, for each user who holds a live grant: two statements."""
    model = governed_model(resource_type)
    live = (
        Grant.objects.live(at)
        .order_by()
        .filter(
            content_type=ContentType.objects.get_for_model(model),
            permission__codename=f"{action}_{model._meta.model_name}",
        )
    )
    own: dict[int, set[int]] = {}
    by_role: dict[int, set[int]] = {}
    for user, role, key in live.values_list("user", "group", "object_pk"):
        place = table.place_of.get(int(key))
        if place is not None:
            (own if user else by_role).setdefault(user or role, set()).add(place)
    members = User.groups.through.objects.filter(group__in=by_role)
    for user, role in members.values_list("user", "group") if by_role else ():
        own.setdefault(user, set()).update(by_role[role])
    return {user: rows_at(places, table.size) for user, places in own.items()}


def fingerprint() -> str:
    """Return a text that differs whenever a simulation could find something else, the rules apart."""
    live = Grant.objects.live().order_by("pk")
    grants = live.values_list("user", "group", "content_type", "object_pk", "permission")
    people = sorted(everybody().items())
    rows = [_mark(resource_type) for resource_type in governed_types()]
    return sha256(repr((people, list(grants), rows)).encode()).hexdigest()


def _mark(resource_type: str) -> tuple[int, str]:
    """Return how many resources there are, and the sum of their hashes: their order does not matter."""
    listed = (attribute.path for attribute in VOCABULARY.resources[resource_type].values())
    content = Cast(Func("pk", *listed, function="jsonb_build_array"), TextField())
    hashed = Func(content, Value(0), function="hashtextextended", output_field=BigIntegerField())
    rows = governed_model(resource_type)._default_manager.order_by()
    found = rows.aggregate(count=Count("pk"), mark=Sum(hashed))
    return found["count"], str(found["mark"])
