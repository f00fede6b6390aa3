from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ProposalFact(Fact):
    object_type = "proposal"
    verb: str
    about: str


@dataclass(frozen=True, kw_only=True)
class ProposalMade(ProposalFact):
    name = "approvals.proposal_made"
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProposalApproved(ProposalFact):
    name = "approvals.proposal_approved"
    author: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProposalRejected(ProposalFact):
    name = "approvals.proposal_rejected"
    author: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProposalWithdrawn(ProposalFact):
    name = "approvals.proposal_withdrawn"
    reason: str
