"""What a PostgreSQL database allows now, as its catalogue says. Knows no Django and no driver."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256

PUBLIC = ""  # everybody, as a grantee
POWERS = ("superuser", "bypassrls", "login")


@dataclass(frozen=True, order=True)
class Grant:
    """A privilege on a relation, or on one `column` of it; `grantee` PUBLIC is everybody."""

    grantee: str
    privilege: str
    column: str = ""
    grantable: bool = False


@dataclass(frozen=True, order=True)
class RowPolicy:
    """A row-level security policy as pg_policies says it."""

    name: str
    permissive: bool
    roles: tuple[str, ...]
    command: str
    using: str = ""
    check: str = ""

    @property
    def text(self) -> str:
        kind = "PERMISSIVE" if self.permissive else "RESTRICTIVE"
        check = f" WITH CHECK ({self.check})" if self.check else ""
        using = f" USING ({self.using})" if self.using else ""
        return f"{self.name} AS {kind} FOR {self.command} TO {', '.join(self.roles)}{using}{check}"


@dataclass(frozen=True)
class Relation:
    """A table or view; `columns` are (name, type), `definition` and `options` those of a view."""

    schema: str
    name: str
    kind: str
    owner: str
    columns: tuple[tuple[str, str], ...]
    grants: tuple[Grant, ...] = ()
    rls: bool = False
    forced: bool = False
    policies: tuple[RowPolicy, ...] = ()
    definition: str = ""
    options: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Schema:
    """A schema: its owner, and who may use it."""

    owner: str
    usage: tuple[str, ...] = ()


@dataclass(frozen=True)
class Present:
    """The governed tables, everything in the schema of the views, and the roles that the plan names.

    `roles` maps each existing one to its powers (see POWERS), `members` are (role, who holds it).
    `relations` are by "schema.name" in which neither is quoted: as keys they need no more.
    """

    user: str
    superuser: bool
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    members: tuple[tuple[str, str], ...] = ()
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
    entitlements: tuple[tuple[str, str, str], ...] = ()
    salted: bool = False

    def relation(self, schema: str, name: str) -> Relation | None:
        return next((each for each in self.relations if (each.schema, each.name) == (schema, name)), None)

    def within(self, schema: str) -> list[Relation]:
        return [each for each in self.relations if each.schema == schema]

    def fingerprint(self) -> str:
        """Differs whenever something does that a plan is made from."""
        return sha256(json.dumps(asdict(self), sort_keys=True, default=str).encode()).hexdigest()
