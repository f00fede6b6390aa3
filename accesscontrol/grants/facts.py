from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class GrantFact(Fact):
    """`about` is the code of the object; `holder` a username, or "role " and its name."""

    object_type = "grant"
    about: str
    holder: str
    granted: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AccessGranted(GrantFact):
    name = "grants.access_granted"
    starts_at: str
    ends_at: str | None
    requested_by: str | None
    request: str | None


@dataclass(frozen=True, kw_only=True)
class GrantExtended(GrantFact):
    name = "grants.grant_extended"
    before: str | None
    after: str


@dataclass(frozen=True, kw_only=True)
class GrantRevoked(GrantFact):
    name = "grants.grant_revoked"


@dataclass(frozen=True, kw_only=True)
class EndAnnounced(GrantFact):
    name = "grants.end_announced"
    days: int
