"""The back office of this floor. It shows; changes go through the pages, where they are recorded."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from catalog.models import (
    Asset,
    DdlFeed,
    Domain,
    Enforcement,
    Field,
    ForeignKey,
    Harvest,
    Plan,
    QueryAsset,
    QueryBatch,
    QueryDay,
    QueryJoin,
    QueryKind,
    RenameProposal,
    RoleMapping,
    RowRule,
    SchemaVersion,
    Source,
    UsageCounter,
    UsageFeed,
)


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """What is here is changed by services only, so that the log knows of it."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Asset)
class AssetAdmin(ReadOnly):
    list_display = ("name", "kind", "status", "domain", "owner", "source", "removed_at")
    list_filter = ("kind", "status", "sensitivity", "has_personal_data", "domain", "source")
    list_select_related = ("domain", "owner", "source")
    search_fields = ("name", "namespace", "description")
    exclude = ("search",)


@admin.register(Field)
class FieldAdmin(ReadOnly):
    list_display = ("name", "asset", "data_type", "identity", "sensitive", "gdpr_sensitivity", "removed_at")
    list_filter = ("sensitive", "gdpr_sensitivity", "identity")
    list_select_related = ("asset",)
    search_fields = ("name", "asset__name")


@admin.register(ForeignKey)
class ForeignKeyAdmin(ReadOnly):
    list_display = ("name", "asset", "target")
    list_select_related = ("asset", "target")
    search_fields = ("name", "asset__name", "target__name")


@admin.register(Domain)
class DomainAdmin(ReadOnly):
    list_display = ("name", "slug", "steward")
    list_select_related = ("steward",)
    search_fields = ("name", "slug")


@admin.register(Source)
class SourceAdmin(ReadOnly):
    list_display = ("name", "kind", "state", "harvested_at", "domain")
    list_filter = ("kind", "state")
    list_select_related = ("domain",)
    search_fields = ("name", "namespace")
    exclude = ("secret_token",)


@admin.register(Enforcement)
class EnforcementAdmin(ReadOnly):
    list_display = ("source", "is_on", "database", "schema", "verified_at", "drift_checked_at")
    list_select_related = ("source",)
    exclude = ("secret_token", "ledger")


@admin.register(RoleMapping)
class RoleMappingAdmin(ReadOnly):
    list_display = ("database_role", "group", "team", "person", "enforcement")
    list_select_related = ("group", "team", "person", "enforcement__source")


@admin.register(RowRule)
class RowRuleAdmin(ReadOnly):
    list_display = ("asset", "column", "attribute", "enforcement")
    list_select_related = ("asset", "enforcement__source")


@admin.register(Plan)
class PlanAdmin(ReadOnly):
    list_display = ("number", "enforcement", "state", "author", "approved_by", "applied_at")
    list_select_related = ("enforcement__source", "author", "approved_by")
    exclude = ("ledger_before",)


@admin.register(Harvest)
class HarvestAdmin(ReadOnly):
    list_display = ("source", "began_at", "state", "reason", "actor", "message")
    list_filter = ("state", "reason", "source")
    list_select_related = ("source",)


@admin.register(SchemaVersion)
class SchemaVersionAdmin(ReadOnly):
    list_display = ("asset", "number", "event", "impact", "at")
    list_filter = ("event", "impact")
    list_select_related = ("asset",)
    search_fields = ("asset__name",)


@admin.register(DdlFeed)
class DdlFeedAdmin(ReadOnly):
    list_display = ("source", "database", "last_event_at", "error")
    list_select_related = ("source",)


@admin.register(RenameProposal)
class RenameProposalAdmin(ReadOnly):
    list_display = ("old", "new", "confidence", "state", "created_at")
    list_filter = ("state", "confidence")
    list_select_related = ("old", "new")
    search_fields = ("old__name", "new__name")


@admin.register(QueryKind)
class QueryKindAdmin(ReadOnly):
    list_display = ("__str__", "source", "verb", "understood", "unresolved", "last_seen")
    list_filter = ("understood", "verb", "source")
    list_select_related = ("source",)


@admin.register(QueryAsset)
class QueryAssetAdmin(ReadOnly):
    list_display = ("query", "role", "asset")
    list_select_related = ("query", "asset")


@admin.register(QueryJoin)
class QueryJoinAdmin(ReadOnly):
    list_display = ("query", "left", "right")
    list_select_related = ("query", "left", "right")


@admin.register(QueryDay)
class QueryDayAdmin(ReadOnly):
    list_display = ("query", "day", "user_name", "calls")
    list_select_related = ("query",)


@admin.register(QueryBatch)
class QueryBatchAdmin(ReadOnly):
    list_display = ("name", "source", "received_at")
    list_select_related = ("source",)


@admin.register(UsageFeed)
class UsageFeedAdmin(ReadOnly):
    list_display = ("source", "at", "hidden", "error")
    list_select_related = ("source",)


@admin.register(UsageCounter)
class UsageCounterAdmin(ReadOnly):
    list_display = ("key", "source", "database", "calls")
    list_select_related = ("source",)
