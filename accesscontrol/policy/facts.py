from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class PolicyEnforced(Fact):
    """It decides from now on as `after` says; `before` is None where it did not decide. Stored forms."""

    name = "policy.enforced"
    object_type = "policy"
    policy: str
    version: int
    before: dict[str, Any] | None
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PolicyRetired(Fact):
    """It decides no more; `before` is what it said."""

    name = "policy.retired"
    object_type = "policy"
    policy: str
    version: int
    before: dict[str, Any]
