from django.contrib import admin

from accesscontrol.backoffice import ReadOnlyAdmin
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


@admin.register(ProposalStep)
class ProposalStepAdmin(ReadOnlyAdmin):
    list_display = ["proposal", "position", "asked", "needed", "state", "due_at", "escalated_at"]
    list_filter = ["state", "silence"]


@admin.register(Decider)
class DeciderAdmin(ReadOnlyAdmin):
    list_display = ["step", "who", "group", "team", "person", "escalated"]
    list_filter = ["who", "escalated"]


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    list_display = ["proposal", "step", "actor", "on_behalf_of", "approves", "is_void", "at"]
    list_filter = ["approves", "is_void"]


@admin.register(Chain)
class ChainAdmin(ReadOnlyAdmin):
    list_display = ["name", "verb", "domain", "is_active", "version", "changed_at"]
    list_filter = ["is_active"]


@admin.register(ChainStep)
class ChainStepAdmin(ReadOnlyAdmin):
    list_display = ["chain", "position", "who", "needed", "days", "silence"]
    list_filter = ["who", "silence"]


@admin.register(Delegation)
class DelegationAdmin(ReadOnlyAdmin):
    """Who stands in for whom; what was handed over is for the two whom it concerns."""

    list_display = ["person", "deputy", "kind", "starts_at", "ends_at", "ended_at"]
    search_fields = ["person__username", "deputy__username"]
    exclude = ["item"]


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


@admin.register(Thread)
class ThreadAdmin(ReadOnlyAdmin):
    list_display = ["code", "kind", "about_type", "about_code", "author", "created_at", "resolved_at"]
    list_filter = ["kind", "about_type"]
    search_fields = ["author__username", "about_code"]


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    """That somebody wrote; the words are for who may see what they are about."""

    list_display = ["code", "thread", "number", "author", "created_at", "edited_at", "deleted_at"]
    search_fields = ["author__username"]
    exclude = ["text"]


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnlyAdmin):
    """That somebody announced; the words are for who may see what they are about."""

    list_display = ["code", "about_type", "author", "severity", "begins_at", "until", "ended_at"]
    list_filter = ["severity", "about_type"]
    search_fields = ["author__username"]
    exclude = ["title", "text"]


@admin.register(Follow)
class FollowAdmin(ReadOnlyAdmin):
    list_display = ["user", "about_type", "about_code", "created_at"]
    list_filter = ["about_type"]
    search_fields = ["user__username"]


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin):
    """That somebody looked at something; at what is for themselves."""

    list_display = ["user", "about_type", "at"]
    exclude = ["about_code"]
