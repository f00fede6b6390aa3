"""What a MariaDB server allows now on governed tables. Knows no Django and no driver."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Account(NamedTuple):
    """A login, or a role: those have no host."""

    user: str
    host: str = ""


class Grant(NamedTuple):
    """A privilege on a table, on a column of it, or (`table` empty) on a whole database."""

    account: Account
    privilege: str
    schema: str
    table: str = ""
    column: str = ""
    grantable: bool = False


@dataclass(frozen=True)
class Relation:
    """A table or view; `definition` is what SHOW CREATE VIEW says of one of ours."""

    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]
    definition: str = ""

    @property
    def label(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Present:
    """`accounts` are those the plan names, `members` (role, who holds it), `mighty` the owner's powers."""

    user: Account
    accounts: frozenset[Account] = frozenset()
    members: frozenset[tuple[str, Account]] = frozenset()
    databases: frozenset[str] = frozenset()
    grants: frozenset[Grant] = frozenset()
    relations: Mapping[tuple[str, str], Relation] = field(default_factory=dict)
    entitlements: frozenset[tuple[str, str, str]] = frozenset()
    salted: bool = False
    mighty: tuple[str, ...] = ()
