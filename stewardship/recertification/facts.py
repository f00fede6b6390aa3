from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class CampaignFact(Fact):
    object_type = "campaign"
    campaign: str


@dataclass(frozen=True, kw_only=True)
class CampaignStarted(CampaignFact):
    name = "recertification.started"
    domain: str
    due_at: str
    grants: int


@dataclass(frozen=True, kw_only=True)
class CampaignClosed(CampaignFact):
    name = "recertification.closed"
    revoked: int


@dataclass(frozen=True, kw_only=True)
class GrantKept(CampaignFact):
    name = "recertification.grant_kept"
    grant: str
    until: str | None
    reason: str
