"""What may be proposed. An upper floor registers its verbs; approving a proposal runs the verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class Subject(Protocol):
    """What a proposal is about."""

    code: UUID
    version: int

    def __str__(self) -> str: ...
    def get_absolute_url(self) -> str: ...


@dataclass(frozen=True)
class Verb:
    """`rows(user, action)` are the subjects on which `user` may do `action` ("view" or "change").

    `current(subject, keys)` gives the present values; `check(changes)` raises `ValidationError`;
    `apply(subject, changes, actor, version)` does it, and raises `Refused` when `version` is stale.
    """

    name: str
    label: str
    rows: Callable[[User, str], models.QuerySet[Any]]
    current: Callable[[Any, dict[str, Any]], dict[str, Any]]
    check: Callable[[dict[str, Any]], dict[str, Any]]
    apply: Callable[[Any, dict[str, Any], str, int], None]


VERBS: dict[str, Verb] = {}


def register_verb(verb: Verb) -> None:
    VERBS[verb.name] = verb
