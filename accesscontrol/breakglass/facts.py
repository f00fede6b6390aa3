from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class EmergencyFact(Fact):
    object_type = "emergency"
    holder: str


@dataclass(frozen=True, kw_only=True)
class EmergencyDeclared(EmergencyFact):
    name = "breakglass.declared"
    reason: str
    minutes: int
    ends_at: str


@dataclass(frozen=True, kw_only=True)
class EmergencyEnded(EmergencyFact):
    name = "breakglass.ended"


@dataclass(frozen=True, kw_only=True)
class EmergencyReviewed(EmergencyFact):
    name = "breakglass.reviewed"
    verdict: str
    findings: str
