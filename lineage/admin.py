from django.contrib import admin

from accesscontrol.backoffice import ReadOnlyAdmin
from lineage.graph.models import ColumnEdge, Edge
from lineage.ingest.models import Event, Run, RunDataset


@admin.register(Edge)
class EdgeAdmin(ReadOnlyAdmin):
    list_display = ["source", "target", "job", "kind", "valid_from", "valid_to"]
    list_filter = ["kind"]
    list_select_related = ["source", "target", "job"]
    search_fields = ["source__name", "target__name", "job__name"]


@admin.register(ColumnEdge)
class ColumnEdgeAdmin(ReadOnlyAdmin):
    list_display = ["source", "target", "job", "kind", "transformation", "subtype", "masked", "valid_to"]
    list_filter = ["kind", "transformation", "masked"]
    list_select_related = ["source", "target", "job"]
    search_fields = ["source__name", "target__name", "job__name"]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "kind", "event_type", "name", "producer", "sender", "state", "error"]
    list_filter = ["state", "kind"]
    search_fields = ["name", "producer", "run_id", "digest"]
    date_hierarchy = "received_at"


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = ["run_id", "job", "state", "started_at", "ended_at", "flows"]
    list_filter = ["state"]
    list_select_related = ["job"]
    search_fields = ["run_id", "job__name"]


@admin.register(RunDataset)
class RunDatasetAdmin(ReadOnlyAdmin):
    list_display = ["run", "direction", "asset", "row_count"]
    list_filter = ["direction"]
    list_select_related = ["run", "asset"]
    search_fields = ["asset__name", "run__run_id"]
