"""Every table of this floor, so that Django finds them."""

from stewardship.accessrequests.models import AccessRequest
from stewardship.announcements.models import Announcement
from stewardship.approvals.models import Proposal
from stewardship.approvals.steps import Decider, ProposalStep, Vote
from stewardship.chains.models import Chain, ChainStep
from stewardship.coverage.models import CoverageReport
from stewardship.delegations.models import Delegation
from stewardship.discussions.models import Post, Thread
from stewardship.following.models import Follow
from stewardship.jobs.models import Job
from stewardship.notices.models import Notice
from stewardship.recertification.models import Campaign, Item
from stewardship.simulations.models import Simulation
from stewardship.visits.models import Visit

__all__ = [
    "AccessRequest",
    "Announcement",
    "Campaign",
    "Chain",
    "ChainStep",
    "CoverageReport",
    "Decider",
    "Delegation",
    "Follow",
    "Item",
    "Job",
    "Notice",
    "Post",
    "Proposal",
    "ProposalStep",
    "Simulation",
    "Thread",
    "Visit",
    "Vote",
]
