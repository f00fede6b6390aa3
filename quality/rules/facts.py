from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class RuleFact(Fact):
    object_type = "rule"
    asset: str  # its code


@dataclass(frozen=True, kw_only=True)
class RuleDefined(RuleFact):
    name = "quality.rule_defined"
    definition: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class RuleChanged(RuleFact):
    name = "quality.rule_changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class RuleSwitched(RuleFact):
    """The rule counts from now on, or no longer."""

    name = "quality.rule_switched"
    enabled: bool


@dataclass(frozen=True, kw_only=True)
class RuleDeleted(RuleFact):
    """The rule went, and its results with it; what it asked is kept here."""

    name = "quality.rule_deleted"
    definition: dict[str, Any]
