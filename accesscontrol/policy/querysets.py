"""What models of every floor import: querysets and guards, and the decision for one object.

    class AssetQuerySet(GuardedQuerySet["Asset"]): ...

    class Asset(models.Model):
        guard = ByPolicy("asset")  # attributes.yaml says which column each of its attributes is

`ByPolicy`: policies decide. `PartOf("asset")`: as the asset, in every action. `Through("asset")`:
seen as the asset is; to do more takes the role's permission too. `ByRole()`: roles alone decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q

from accesscontrol.grants.models import granted_rows
from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.policy.explain import Explanation, explain
from accesscontrol.policy.guards import (
    NO_ACCOUNT,
    VIEW,
    Anyone,
    ByRole,
    GuardedQuerySet,
    PartOf,
    Through,
    guard_of,
)
from accesscontrol.policy.reads import asker, policy_set
from accesscontrol.policy.rules import Decision
from accesscontrol.policy.semantics import Situation, Values
from accesscontrol.policy.to_q import predicate

__all__ = [
    "ByPolicy",
    "ByRole",
    "GuardedQuerySet",
    "PartOf",
    "Through",
    "decide",
    "explain_decision",
    "governed_model",
    "may",
]


@dataclass(frozen=True)
class ByPolicy:
    """Policies decide; grants of single objects permit too, but never past a forbid.

    The columns of `resource_type` are those of `attributes.yaml`.
    """

    resource_type: str

    def __post_init__(self) -> None:
        if self.resource_type not in VOCABULARY.resources:
            raise ImproperlyConfigured(f"attributes.yaml knows no resource {self.resource_type!r}.")

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """The path in the ORM of each attribute."""
        listed = VOCABULARY.resources[self.resource_type].values()
        return {attribute.name: attribute.path for attribute in listed}

    def rows(self, rows: Any, user: User, action: str) -> Any:
        situation = asker(user)
        residual = policy_set().residual(self.resource_type, action, situation)
        exceptions = granted(user, rows.model, action, situation["env"]["time"])
        return rows.filter(predicate(residual, self.columns, exceptions))

    def decide(self, obj: Any, user: User, action: str, env: Values | None) -> Decision:
        situation = self.situation(obj, user, env)
        if situation is None:
            return Decision(False, "no permit")
        decision = policy_set().decide(self.resource_type, action, situation)
        return self.with_grants(decision, obj, user, action, situation)

    def situation(self, obj: Any, user: User, env: Values | None) -> Situation | None:
        """Return what is stored of all three, or None for an object that is not stored.

        Read from the database, never from `obj`: what a page happened to load decides nothing.
        """
        stored = type(obj)._default_manager.filter(pk=obj.pk).values_list(*self.columns.values())
        row = stored.first()
        if row is None:
            return None
        resource = dict(zip(self.columns, row, strict=True))
        here = {} if env is None else {"env": env}
        return {**asker(user), "resource": resource, **here}

    def with_grants(
        self, decision: Decision, obj: Any, user: User, action: str, situation: Situation
    ) -> Decision:
        if decision.reason != "no permit":
            return decision
        rows = type(obj)._default_manager.filter(pk=obj.pk)
        at = situation["env"].get("time")
        found = rows.filter(granted(user, type(obj), action, at)).exists()
        return Decision(True, "granted") if found else decision


def granted(user: User, model: type[models.Model], action: str, at: datetime | None = None) -> Q:
    """Return the rows on which `user`, or a role of theirs, holds a grant that is live at `at`, or now."""
    return granted_rows(user, model, action, at)


def decide(user: Anyone, obj: models.Model, action: str, env: Values | None = None) -> Decision:
    """Return whether `user` may do `action` on one stored object, and why.

    Agrees with `visible_to`. `env` stands in for the present moment, in simulations.
    """
    if not (isinstance(user, User) and user.is_active):
        return NO_ACCOUNT
    return guard_of(type(obj)).decide(obj, user, action, env)


def may(user: Anyone, obj: models.Model, action: str = VIEW) -> bool:
    """Return whether `user` may do `action` on one object; for many, ask `visible_to` once."""
    return decide(user, obj, action).allowed


def explain_decision(
    user: User, obj: models.Model, action: str, env: Values | None = None
) -> Explanation | None:
    """Return every policy's part in the decision, or None where policies have no say.

    `env` stands in for the present moment, as in `decide`.
    """
    guard = guard_of(type(obj))
    if not isinstance(guard, ByPolicy):
        return None
    situation = guard.situation(obj, user, env)
    if situation is None:
        return None
    found = explain(policy_set(), guard.resource_type, action, situation)
    decision = guard.with_grants(found.decision, obj, user, action, situation)
    return Explanation(decision if user.is_active else NO_ACCOUNT, found.rules)


def governed_model(resource_type: str) -> type[models.Model]:
    """Return the model whose rows are the resources that policies call `resource_type`."""
    return next(model for model in apps.get_models() if _resource_type(model) == resource_type)


def _resource_type(model: type[models.Model]) -> str | None:
    guard = getattr(model, "guard", None)
    return guard.resource_type if isinstance(guard, ByPolicy) else None
