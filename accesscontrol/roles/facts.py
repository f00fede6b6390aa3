from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class RoleFact(Fact):
    object_type = "role"
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleCreated(RoleFact):
    name = "roles.created"
    permissions: list[str]


@dataclass(frozen=True, kw_only=True)
class RoleChanged(RoleFact):
    """`before` and `after` are the role's permissions, as "app.codename"."""

    name = "roles.changed"
    before: list[str]
    after: list[str]


@dataclass(frozen=True, kw_only=True)
class RoleRenamed(RoleFact):
    name = "roles.renamed"
    before: str


@dataclass(frozen=True, kw_only=True)
class RoleDeleted(RoleFact):
    name = "roles.deleted"
    permissions: list[str]
