from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class PersonFact(Fact):
    object_type = "user"
    username: str


@dataclass(frozen=True, kw_only=True)
class PersonCreated(PersonFact):
    name = "people.created"
    is_service: bool
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PersonChanged(PersonFact):
    """`before` and `after` hold what was changed and nothing else; roles are names in order."""

    name = "people.changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(PersonFact):
    name = "people.deactivated"
    tokens_revoked: int


@dataclass(frozen=True, kw_only=True)
class PersonReactivated(PersonFact):
    name = "people.reactivated"


@dataclass(frozen=True, kw_only=True)
class PasswordLinkMade(PersonFact):
    """Somebody was given a link to choose a password with; the link itself is kept nowhere."""

    name = "people.password_link_made"
