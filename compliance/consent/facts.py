from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ConsentFact(Fact):
    """`subject` is the record's code; the person is only named by the record itself."""

    object_type = "consent"
    purpose: str
    version: str


@dataclass(frozen=True, kw_only=True)
class ConsentGranted(ConsentFact):
    name = "consent.granted"


@dataclass(frozen=True, kw_only=True)
class ConsentRefused(ConsentFact):
    name = "consent.refused"


@dataclass(frozen=True, kw_only=True)
class ConsentRevoked(ConsentFact):
    name = "consent.revoked"
