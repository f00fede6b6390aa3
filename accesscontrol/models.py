"""Every table of this floor, so that Django finds them."""

from accesscontrol.audit.models import Entry
from accesscontrol.breakglass.models import Emergency
from accesscontrol.grants.models import EndWarning, Grant
from accesscontrol.identity.models import ApiToken, Team, User
from accesscontrol.policy.models import Policy
from accesscontrol.policysets.models import PolicySet
from accesscontrol.roles.models import Role, Seed

__all__ = [
    "ApiToken",
    "Emergency",
    "EndWarning",
    "Entry",
    "Grant",
    "Policy",
    "PolicySet",
    "Role",
    "Seed",
    "Team",
    "User",
]
