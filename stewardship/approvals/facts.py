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
    chain: str = ""  # the code of the chain that it goes through


@dataclass(frozen=True, kw_only=True)
class DecidedFact(ProposalFact):
    """`step` in which somebody decided, maybe `on_behalf_of` another."""

    author: str
    reason: str
    step: int = 1
    on_behalf_of: str = ""


@dataclass(frozen=True, kw_only=True)
class ApprovalGiven(DecidedFact):
    """One approval, after which more are needed."""

    name = "approvals.approval_given"


@dataclass(frozen=True, kw_only=True)
class ProposalApproved(DecidedFact):
    """The last approval: it was done."""

    name = "approvals.proposal_approved"


@dataclass(frozen=True, kw_only=True)
class ProposalRejected(DecidedFact):
    name = "approvals.proposal_rejected"


@dataclass(frozen=True, kw_only=True)
class ProposalSentBack(DecidedFact):
    """To its author, who can make a better one."""

    name = "approvals.proposal_sent_back"


@dataclass(frozen=True, kw_only=True)
class ProposalRebased(ProposalFact):
    """Made to fit what its subject says now; approvals given before no longer count."""

    name = "approvals.proposal_rebased"
    version: int
    before: dict[str, Any]
    after: dict[str, Any]
    left_out: list[str]


@dataclass(frozen=True, kw_only=True)
class ProposalWithdrawn(ProposalFact):
    name = "approvals.proposal_withdrawn"
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProposalEscalated(ProposalFact):
    """Nobody answered in time: others are asked as well."""

    name = "approvals.proposal_escalated"
    step: int
    asked: str


@dataclass(frozen=True, kw_only=True)
class ProposalExpired(ProposalFact):
    name = "approvals.proposal_expired"
    step: int
    reason: str
