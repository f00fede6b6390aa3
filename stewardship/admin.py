from django.contrib import admin

from accesscontrol.backoffice import ReadOnlyAdmin
from stewardship.accessrequests.models import AccessRequest
from stewardship.approvals.models import Proposal
from stewardship.coverage.models import CoverageReport
from stewardship.jobs.models import Job
from stewardship.notices.models import Notice
from stewardship.recertification.models import Campaign, Item
from stewardship.simulations.models import Simulation


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["kind", "state", "actor", "subject", "created_at", "finished_at"]
    list_filter = ["state", "kind"]
    search_fields = ["subject", "actor", "message"]


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """That somebody was told, and about what; the words are for who was told."""

    list_display = ["code", "recipient", "topic", "severity", "created_at", "read_at"]
    list_filter = ["topic", "severity"]
    search_fields = ["recipient__username", "key"]
    exclude = ["title", "text", "url"]


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    list_display = ["subject_label", "verb", "author", "state", "decided_by", "created_at"]
    list_filter = ["state", "verb"]
    search_fields = ["subject_label", "reason"]


@admin.register(AccessRequest)
class AccessRequestAdmin(ReadOnlyAdmin):
    list_display = ["object_label", "requester", "action", "days", "status", "decided_by", "created_at"]
    list_filter = ["status"]
    search_fields = ["object_label", "requester__username", "reason"]


@admin.register(Simulation)
class SimulationAdmin(ReadOnlyAdmin):
    list_display = ["code", "actor", "policy_set", "created_at", "finished_at"]
    search_fields = ["actor", "digest"]
    exclude = ["result"]


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ["name", "domain", "due_at", "started_by", "closed_at"]


@admin.register(Item)
class ItemAdmin(ReadOnlyAdmin):
    list_display = ["campaign", "grant", "decision", "decided_by", "decided_at"]
    list_filter = ["decision"]


@admin.register(CoverageReport)
class CoverageReportAdmin(ReadOnlyAdmin):
    list_display = ["code", "actor", "created_at", "finished_at"]
    exclude = ["result"]
