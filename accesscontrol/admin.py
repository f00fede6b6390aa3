from django.contrib import admin

from accesscontrol.audit.models import Entry
from accesscontrol.backoffice import ReadOnlyAdmin
from accesscontrol.breakglass.models import Emergency
from accesscontrol.grants.models import EndWarning, Grant
from accesscontrol.identity.models import ApiToken, Team, User
from accesscontrol.policy.models import Policy
from accesscontrol.policysets.models import PolicySet
from accesscontrol.roles.models import Role, Seed


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["username", "first_name", "last_name", "department", "clearance", "is_active"]
    list_filter = ["is_superuser", "is_active", "groups", "clearance", "is_service"]
    search_fields = ["username", "first_name", "last_name", "email"]
    exclude = ["password"]


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    search_fields = ["name"]


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ["prefix", "name", "user", "scopes", "created_at", "expires_at", "last_used_at"]
    search_fields = ["name", "prefix", "user__username"]
    exclude = ["digest"]


@admin.register(Policy)
class PolicyAdmin(ReadOnlyAdmin):
    list_display = ["name", "effect", "actions", "is_active", "version", "updated"]
    list_filter = ["effect", "is_active"]
    search_fields = ["name", "description"]


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    list_display = ["object_label", "user", "group", "permission", "starts_at", "ends_at", "revoked_at"]
    search_fields = ["object_label", "user__username", "reason"]


@admin.register(EndWarning)
class EndWarningAdmin(ReadOnlyAdmin):
    list_display = ["grant", "days", "ends_at", "sent_at"]


@admin.register(PolicySet)
class PolicySetAdmin(ReadOnlyAdmin):
    list_display = ["number", "summary", "state", "author", "approved_by", "activated_at"]
    list_filter = ["state"]
    search_fields = ["summary"]


@admin.register(Emergency)
class EmergencyAdmin(ReadOnlyAdmin):
    list_display = ["user", "started_at", "ends_at", "ended_at", "verdict", "reviewed_by"]
    list_filter = ["verdict"]


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["id", "at", "actor", "action", "object_type", "object_id", "outcome"]
    list_filter = ["outcome", "object_type"]
    search_fields = ["actor", "action", "object_id"]
    date_hierarchy = "at"


@admin.register(Role)
class RoleAdmin(ReadOnlyAdmin):
    search_fields = ["name"]


@admin.register(Seed)
class SeedAdmin(ReadOnlyAdmin):
    list_display = ["role", "permission"]
    list_filter = ["role"]
