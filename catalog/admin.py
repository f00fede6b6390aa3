"""The back office of this floor. It shows; changes go through the pages, where they are recorded."""

from django.contrib import admin

from catalog.backoffice import Quick
from catalog.models import (
    Asset,
    AssetDocument,
    DdlFeed,
    Domain,
    Enforcement,
    Field,
    FieldDocument,
    ForeignKey,
    Harvest,
    OtherDocument,
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
    Word,
)


@admin.register(Asset)
class AssetAdmin(Quick):
    list_display = ("name", "kind", "status", "domain", "owner", "source", "removed_at")
    list_filter = ("kind", "status", "sensitivity", "has_personal_data", "domain", "source")
    list_select_related = ("domain", "owner", "source")
    search_fields = ("name", "namespace", "description")


@admin.register(Field)
class FieldAdmin(Quick):
    list_display = ("name", "asset", "data_type", "identity", "sensitive", "gdpr_sensitivity", "removed_at")
    list_filter = ("sensitive", "gdpr_sensitivity", "identity")
    list_select_related = ("asset",)
    search_fields = ("name", "asset__name")


@admin.register(ForeignKey)
class ForeignKeyAdmin(Quick):
    list_display = ("name", "asset", "target")
    list_select_related = ("asset", "target")
    search_fields = ("name", "asset__name", "target__name")


@admin.register(Domain)
class DomainAdmin(Quick):
    list_display = ("name", "slug", "parent", "steward")
    list_select_related = ("parent", "steward")
    search_fields = ("name", "slug")


@admin.register(Source)
class SourceAdmin(Quick):
    list_display = ("name", "kind", "state", "harvested_at", "domain")
    list_filter = ("kind", "state")
    list_select_related = ("domain",)
    search_fields = ("name", "namespace")
    exclude = ("secret_token",)


@admin.register(Enforcement)
class EnforcementAdmin(Quick):
    list_display = ("source", "is_on", "database", "schema", "verified_at", "drift_checked_at")
    list_select_related = ("source",)
    exclude = ("secret_token", "ledger")


@admin.register(RoleMapping)
class RoleMappingAdmin(Quick):
    list_display = ("database_role", "group", "team", "person", "enforcement")
    list_select_related = ("group", "team", "person", "enforcement__source")


@admin.register(RowRule)
class RowRuleAdmin(Quick):
    list_display = ("asset", "column", "attribute", "enforcement")
    list_select_related = ("asset", "enforcement__source")


@admin.register(Plan)
class PlanAdmin(Quick):
    list_display = ("number", "enforcement", "state", "author", "approved_by", "applied_at")
    list_select_related = ("enforcement__source", "author", "approved_by")
    exclude = ("ledger_before",)


@admin.register(Harvest)
class HarvestAdmin(Quick):
    list_display = ("source", "began_at", "state", "reason", "actor", "message")
    list_filter = ("state", "reason", "source")
    list_select_related = ("source",)


@admin.register(SchemaVersion)
class SchemaVersionAdmin(Quick):
    list_display = ("asset", "number", "event", "impact", "at")
    list_filter = ("event", "impact")
    list_select_related = ("asset",)
    search_fields = ("asset__name",)


@admin.register(DdlFeed)
class DdlFeedAdmin(Quick):
    list_display = ("source", "database", "last_event_at", "error")
    list_select_related = ("source",)


@admin.register(RenameProposal)
class RenameProposalAdmin(Quick):
    list_display = ("old", "new", "confidence", "state", "created_at")
    list_filter = ("state", "confidence")
    list_select_related = ("old", "new")
    search_fields = ("old__name", "new__name")


@admin.register(QueryKind)
class QueryKindAdmin(Quick):
    list_display = ("__str__", "source", "verb", "understood", "unresolved", "last_seen")
    list_filter = ("understood", "verb", "source")
    list_select_related = ("source",)


@admin.register(QueryAsset)
class QueryAssetAdmin(Quick):
    list_display = ("query", "role", "asset")
    list_select_related = ("query", "asset")


@admin.register(QueryJoin)
class QueryJoinAdmin(Quick):
    list_display = ("query", "left", "right")
    list_select_related = ("query", "left", "right")


@admin.register(QueryDay)
class QueryDayAdmin(Quick):
    list_display = ("query", "day", "user_name", "calls")
    list_select_related = ("query",)


@admin.register(QueryBatch)
class QueryBatchAdmin(Quick):
    list_display = ("name", "source", "received_at")
    list_select_related = ("source",)


@admin.register(UsageFeed)
class UsageFeedAdmin(Quick):
    list_display = ("source", "at", "hidden", "error")
    list_select_related = ("source",)


@admin.register(UsageCounter)
class UsageCounterAdmin(Quick):
    list_display = ("key", "source", "database", "calls")
    list_select_related = ("source",)


@admin.register(AssetDocument)
class AssetDocumentAdmin(Quick):
    list_display = ("title", "kind", "level", "usage", "domain", "source")
    list_filter = ("kind", "level")
    list_select_related = ("domain", "source")
    search_fields = ("title",)


@admin.register(FieldDocument)
class FieldDocumentAdmin(Quick):
    list_display = ("title", "document", "level")
    list_select_related = ("document",)
    search_fields = ("title",)


@admin.register(OtherDocument)
class OtherDocumentAdmin(Quick):
    list_display = ("title", "kind")
    list_filter = ("kind",)
    search_fields = ("title",)


@admin.register(Word)
class WordAdmin(Quick):
    list_display = ("word",)
    search_fields = ("word",)
