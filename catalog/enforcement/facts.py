from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class EnforcementSaved(Fact):
    """What is enforced in a source was set up or changed; of its password only whether it is a new one."""

    name = "enforcement.saved"
    object_type = "enforcement"
    before: dict[str, Any] | None
    after: dict[str, Any]
    new_secret: bool


@dataclass(frozen=True, kw_only=True)
class PlanMade(Fact):
    """A plan was made; `objects` are those that it changes in the database."""

    name = "enforcement.plan_made"
    object_type = "enforcement_plan"
    enforcement: str
    number: int
    objects: list[str]


@dataclass(frozen=True, kw_only=True)
class PlanReviewAsked(Fact):
    name = "enforcement.plan_review_asked"
    object_type = "enforcement_plan"
    enforcement: str
    number: int


@dataclass(frozen=True, kw_only=True)
class PlanApproved(Fact):
    name = "enforcement.plan_approved"
    object_type = "enforcement_plan"
    enforcement: str
    number: int
    author: str


@dataclass(frozen=True, kw_only=True)
class PlanApplied(Fact):
    """Every statement of the plan was run in the governed database; `digest` is the SHA-256 of its script."""

    name = "enforcement.plan_applied"
    object_type = "enforcement_plan"
    enforcement: str
    number: int
    statements: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class PlanFailed(Fact):
    """A plan could not be applied or taken back; the database has what it had before."""

    name = "enforcement.plan_failed"
    object_type = "enforcement_plan"
    outcome = "failure"
    enforcement: str
    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class PlanReversed(Fact):
    """The database has what it had before the plan."""

    name = "enforcement.plan_reversed"
    object_type = "enforcement_plan"
    enforcement: str
    number: int
    statements: int


@dataclass(frozen=True, kw_only=True)
class EnforcementVerified(Fact):
    """The rules were tried out in the database; counts of checks."""

    name = "enforcement.verified"
    object_type = "enforcement"
    passed: int
    failed: int
    skipped: int


@dataclass(frozen=True, kw_only=True)
class DriftFound(Fact):
    """The database allows something else than what was applied, or something else is wanted since."""

    name = "enforcement.drift_found"
    object_type = "enforcement"
    outcome = "failure"
    cause: str
    objects: list[str]


@dataclass(frozen=True, kw_only=True)
class DriftGone(Fact):
    """What had drifted is as it was applied."""

    name = "enforcement.drift_gone"
    object_type = "enforcement"
