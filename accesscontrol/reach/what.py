"""What one user may do something with, as far as who asks may know it; the rest is only counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.policy.explain import shown
from accesscontrol.policy.querysets import governed_model, granted
from accesscontrol.policy.reads import in_emergency, policy_set, user_values
from accesscontrol.policy.to_q import predicate
from accesscontrol.simulation.world import moment

SORTED_BY = ("kind", "domain", "sensitivity")


@dataclass(frozen=True)
class What:
    """`rows` are those that the reader may see; `hidden` says how many there are besides."""

    rows: Any
    seen: int
    hidden: int
    counts: Mapping[str, list[tuple[str, int]]]


def rows_of(user: User, resource_type: str, action: str) -> Any:
    """Return all resources on which `user` may do `action` now; from where and for what is unknown.

    Unlike `visible_to`, which answers for the request at hand: who asks here is somebody else.
    """
    model: Any = governed_model(resource_type)
    if not user.is_active:
        return model._default_manager.none()
    env = {**moment(), "break_glass": in_emergency(user)}
    residual = policy_set().residual(resource_type, action, {"user": user_values(user), "env": env})
    exceptions = granted(user, model, action, env["time"])
    return model._default_manager.filter(predicate(residual, model.guard.columns, exceptions))


def what(user: User, reader: User, action: str, resource_type: str = "asset") -> What:
    rows = rows_of(user, resource_type, action)
    seen = rows.filter(pk__in=rows.model._default_manager.visible_to(reader).order_by().values("pk"))
    counts = _counts(seen, resource_type)
    known = sum(count for _, count in next(iter(counts.values()), []))
    return What(seen.order_by("name", "pk"), known, rows.count() - known, counts)


def _counts(rows: Any, resource_type: str) -> dict[str, list[tuple[str, int]]]:
    """Return how many there are of each kind, domain and sensitivity, in one statement."""
    attributes = [VOCABULARY.resources[resource_type][name] for name in SORTED_BY]
    tallies: dict[str, Counter[str]] = {attribute.label: Counter() for attribute in attributes}
    paths = [attribute.path for attribute in attributes]
    found = rows.order_by().values_list(*paths).annotate(count=Count("pk"))
    for *values, count in found:
        for attribute, value in zip(attributes, values, strict=True):
            words = "none" if value in (None, "") else shown(value, attribute)
            tallies[attribute.label][words] += count
    return {label: tally.most_common() for label, tally in tallies.items()}
