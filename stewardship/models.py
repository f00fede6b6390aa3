"""Every table of this floor, so that Django finds them."""

from stewardship.accessrequests.models import AccessRequest
from stewardship.approvals.models import Proposal
from stewardship.coverage.models import CoverageReport
from stewardship.jobs.models import Job
from stewardship.notices.models import Notice
from stewardship.recertification.models import Campaign, Item
from stewardship.simulations.models import Simulation

__all__ = [
    "AccessRequest",
    "Campaign",
    "CoverageReport",
    "Item",
    "Job",
    "Notice",
    "Proposal",
    "Simulation",
]
