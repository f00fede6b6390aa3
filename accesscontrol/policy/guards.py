"""Who may see a model's rows. A model says it in its `guard`; its queryset asks the guard.

Only the guards that need no policy are here; `querysets` has the rest and is what models import.
"""

from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from accesscontrol.identity.models import User
from accesscontrol.policy.rules import Decision
from accesscontrol.policy.semantics import Values

M = TypeVar("M", bound=models.Model, covariant=True)
Anyone = User | AnonymousUser

VIEW = "view"
BY_ROLE = Decision(True, "role")
NO_ROLE = Decision(False, "no role")
NO_ACCOUNT = Decision(False, "no account")


class Guard(Protocol):
    """Answers for many rows and for one; the two answers agree."""

    def rows(self, rows: Any, user: User, action: str) -> Any:
        """Return those of the queryset `rows` on which `user` may do `action`."""

    def decide(self, obj: Any, user: User, action: str, env: Values | None) -> Decision:
        """Return the decision for one stored object."""


class GuardedQuerySet(models.QuerySet[M]):
    """A queryset that pages and endpoints read through `visible_to` only."""

    def visible_to(self, user: Anyone, action: str = VIEW) -> Self:
        """Return the rows on which `user` may do `action`; none for strangers and closed accounts."""
        if not (isinstance(user, User) and user.is_active):
            return self.none()
        rows: Self = guard_of(self.model).rows(self, user, action)
        return rows


def guard_of(model: type[models.Model]) -> Guard:
    guard: Guard | None = getattr(model, "guard", None)
    if guard is None:
        raise ImproperlyConfigured(f"{model.__name__} declares no guard.")
    return guard


def may_by_role(user: User, model: type[models.Model], action: str) -> bool:
    """Return whether a role gives `user` the Django permission "app.action_model"."""
    return user.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}")


@dataclass(frozen=True)
class ByRole:
    """All rows, for those whose roles include the permission "app.action_model"."""

    def rows(self, rows: Any, user: User, action: str) -> Any:
        return rows if may_by_role(user, rows.model, action) else rows.none()

    def decide(self, obj: Any, user: User, action: str, env: Values | None) -> Decision:
        return BY_ROLE if may_by_role(user, type(obj), action) else NO_ROLE


@dataclass(frozen=True)
class PartOf:
    """A row follows the row that its foreign key `path` leads to, in every action."""

    path: str

    def rows(self, rows: Any, user: User, action: str) -> Any:
        whole: Any = _target(rows.model, self.path)
        seen = whole._default_manager.all().visible_to(user, action)
        return rows.filter(**{f"{self.path}__in": seen.order_by().values("pk")})

    def decide(self, obj: Any, user: User, action: str, env: Values | None) -> Decision:
        whole = _target(type(obj), self.path)
        found = type(obj)._default_manager.filter(pk=obj.pk).values_list(self.path, flat=True)
        target = whole._default_manager.filter(pk__in=list(found)).first()
        if target is None:
            return Decision(False, "no permit")
        return guard_of(whole).decide(target, user, action, env)


@dataclass(frozen=True)
class Through(PartOf):
    """A row is seen by who sees the row at `path`; to do more takes the role's permission as well."""

    def rows(self, rows: Any, user: User, action: str) -> Any:
        if action != VIEW and not may_by_role(user, rows.model, action):
            return rows.none()
        return super().rows(rows, user, VIEW)

    def decide(self, obj: Any, user: User, action: str, env: Values | None) -> Decision:
        if action != VIEW and not may_by_role(user, type(obj), action):
            return NO_ROLE
        return super().decide(obj, user, VIEW, env)


def _target(model: type[models.Model], path: str) -> type[models.Model]:
    """Return the model at the end of a path of foreign keys, such as "field__asset"."""
    found: Any = model
    for step in path.split("__"):
        found = found._meta.get_field(step).related_model
    return found  # type: ignore[no-any-return]
