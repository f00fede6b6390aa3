"""What may be proposed. An upper floor registers its verbs; approving a proposal runs the verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.db import models

from stewardship.chains.scopes import name_verb

if TYPE_CHECKING:
    from accesscontrol.identity.models import User


class Subject(Protocol):
    """What a proposal is about."""

    code: UUID
    version: int

    def __str__(self) -> str: ...
    def get_absolute_url(self) -> str: ...


@dataclass(frozen=True)
class Answering:
    """Who answers for the rows of `model`, so that approval chains can ask them.

    `people` maps "owner", "business_owner", "steward" and "steward_above" to paths in the ORM that lead
    from `model` to people; the first path that names somebody holds. `domains(subject)` gives the code of
    its domain and of those above, the nearest first. Verbs about the same model share one of these.
    """

    model: type[models.Model]
    people: Mapping[str, Sequence[str]]
    domains: Callable[[Any], Sequence[UUID]]


@dataclass(frozen=True)
class Verb:
    """`rows(user, action)` are the subjects on which `user` may do `action` ("view" or "change").

    `current(subject, keys)` gives the present values; `check(changes)` raises `ValidationError`;
    `apply(subject, changes, actor, version)` does it, and raises `Refused` when `version` is stale.

    What a room may say besides: who answers for its subjects; in how many days a proposal is due where no
    chain says so; `show(key, value)`, the words for a value that is not read as it is stored;
    `check_on(subject, changes)`, like `check`, for what depends on the subject; and `labels`, what people
    call a key where that is not the key itself.
    """

    name: str
    label: str
    rows: Callable[[User, str], models.QuerySet[Any]]
    current: Callable[[Any, dict[str, Any]], dict[str, Any]]
    check: Callable[[dict[str, Any]], dict[str, Any]]
    apply: Callable[[Any, dict[str, Any], str, int], None]
    answering: Answering | None = None
    days: int | None = None
    show: Callable[[str, Any], str] | None = None
    check_on: Callable[[Any, dict[str, Any]], dict[str, Any]] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    def called(self, key: str) -> str:
        """What people call this key, as within a sentence."""
        return self.labels.get(key, key.replace("_", " "))

    def checked(self, subject: Any, changes: dict[str, Any]) -> dict[str, Any]:
        """The changes as they may be proposed about `subject`."""
        after = self.check(changes)
        return self.check_on(subject, after) if self.check_on else after


VERBS: dict[str, Verb] = {}


def register_verb(verb: Verb) -> None:
    VERBS[verb.name] = verb
    name_verb(verb.name, verb.label)
