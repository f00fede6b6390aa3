from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ViolationFact(Fact):
    object_type = "violation"
    rule: str  # its code
    asset: str  # its code


@dataclass(frozen=True, kw_only=True)
class ViolationOpened(ViolationFact):
    name = "quality.violation_opened"
    severity: str
    value: float
    threshold: float


@dataclass(frozen=True, kw_only=True)
class ViolationAcknowledged(ViolationFact):
    name = "quality.violation_acknowledged"
    note: str


@dataclass(frozen=True, kw_only=True)
class ViolationClosed(ViolationFact):
    """The rule holds again, or a person says that it is settled; `value` is the last one measured."""

    name = "quality.violation_closed"
    value: float
    note: str
