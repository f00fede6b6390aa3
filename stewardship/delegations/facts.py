from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class DelegationFact(Fact):
    """`person` is stood in for by `deputy`; `item` is "<kind>:<code>" of the one thing, or empty for all."""

    object_type = "delegation"
    person: str
    deputy: str
    item: str


@dataclass(frozen=True, kw_only=True)
class DeputyNamed(DelegationFact):
    name = "delegations.deputy_named"
    starts_at: str
    ends_at: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class DelegationEnded(DelegationFact):
    name = "delegations.ended"
