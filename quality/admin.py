from django.contrib import admin

from accesscontrol.backoffice import ReadOnlyAdmin
from quality.rules.models import Rule
from quality.runs.models import Result, Violation


@admin.register(Rule)
class RuleAdmin(ReadOnlyAdmin):
    list_display = ["name", "asset", "kind", "threshold", "severity", "enabled", "state", "measured_at"]
    list_filter = ["state", "kind", "severity", "enabled"]
    list_select_related = ["asset"]
    search_fields = ["name", "asset__name", "created_by"]


@admin.register(Result)
class ResultAdmin(ReadOnlyAdmin):
    list_display = ["rule", "status", "value", "threshold", "counted", "measured_at"]
    list_filter = ["status"]
    list_select_related = ["rule"]
    search_fields = ["rule__name", "rule__asset__name", "detail"]


@admin.register(Violation)
class ViolationAdmin(ReadOnlyAdmin):
    list_display = ["rule", "severity", "state", "opened_at", "resolved_at", "resolved_by"]
    list_filter = ["state", "severity"]
    list_select_related = ["rule"]
    search_fields = ["rule__name", "rule__asset__name", "note"]
