"""Who answers for an object: its owner and its steward, as its model's guard names them to policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, NullIf

if TYPE_CHECKING:
    from accesscontrol.identity.models import User

ANSWERING = ("owner", "steward")


def governed_models() -> Iterator[type[models.Model]]:
    """Yield the models whose rows policies decide about one by one; only such rows can be granted."""
    return (model for model in apps.get_models() if hasattr(getattr(model, "guard", None), "resource_type"))


def find_object(code: UUID) -> models.Model | None:
    """Return the governed object with this public code, whoever asks."""
    rows = (model._default_manager.filter(code=code).first() for model in governed_models())
    return next((row for row in rows if row is not None), None)


def answered_by(user: User, model: type[models.Model]) -> Q:
    """Return which rows of `model` `user` answers for."""
    paths: Any = model.guard.columns  # type: ignore[attr-defined]
    asked = Q(pk__in=())
    for attribute in ANSWERING:
        if attribute in paths:
            asked |= Q(**{paths[attribute]: user.username})
    return asked


def about_mine(user: User) -> Q:
    """Return which rows with `content_type` and `object_pk` are about what `user` answers for."""
    return _about(lambda model: answered_by(user, model))


def about_theirs(person: User, deputy: User) -> Q:
    """Return which rows are about what `person` answers for, of what `deputy` may change themselves."""

    def chosen(model: type[models.Model]) -> Q:
        rows: Any = model._default_manager.all()
        return answered_by(person, model) & Q(
            pk__in=rows.visible_to(deputy, "change").order_by().values("pk")
        )

    return _about(chosen)


def about_orphans() -> Q:
    """Return which rows with `content_type` and `object_pk` are about what nobody answers for."""
    return _about(_unanswered)


def _about(chosen: Callable[[type[models.Model]], Q]) -> Q:
    """Asked once for each of the rows, which are few, and never of all objects, which are many."""
    allowed = Q(pk__in=())
    for model in governed_models():
        pk = Cast(NullIf(OuterRef("object_pk"), Value("")), model._meta.pk)
        rows = model._default_manager.filter(chosen(model), pk=pk).order_by()
        allowed |= Q(Exists(rows), content_type=ContentType.objects.get_for_model(model))
    return allowed


def _unanswered(model: type[models.Model]) -> Q:
    paths: Any = model.guard.columns  # type: ignore[attr-defined]
    return Q(**{f"{paths[attribute]}__isnull": True for attribute in ANSWERING if attribute in paths})


def answering(obj: models.Model) -> dict[str, str]:
    """Return {"owner": username, "steward": username} of a stored object; who is not named is left out."""
    paths: Any = obj.guard.columns  # type: ignore[attr-defined]
    known = {attribute: paths[attribute] for attribute in ANSWERING if attribute in paths}
    row = type(obj)._default_manager.filter(pk=obj.pk).values_list(*known.values()).first()
    return {name: value for name, value in zip(known, row or (), strict=False) if value}


def keys(rows: Any) -> Any:
    """Return the primary keys of `rows` as grants store them, to be asked for with `__in`."""
    return rows.order_by().annotate(text_key=Cast("pk", CharField())).values("text_key")
