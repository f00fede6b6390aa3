"""The endpoints of this floor, below /api/v1/. Producers do not follow redirects: both spellings answer."""

from django.urls import path

from lineage.graph.api import Downstream, Picture, Upstream
from lineage.ingest.api import Events, Runs, SendBatch, SendEvent

# lineage: the door of OpenLineage
doors = [
    path("lineage", SendEvent.as_view(), name="api-lineage"),
    path("lineage/", SendEvent.as_view(schema=None), name="api-lineage-slash"),
    path("lineage/batch", SendBatch.as_view(), name="api-lineage-batch"),
    path("lineage/batch/", SendBatch.as_view(schema=None), name="api-lineage-batch-slash"),
]

# lineage/events/, lineage/runs/
kept = [
    path("lineage/events/", Events.as_view({"get": "list"}), name="api-lineage-events"),
    path("lineage/events/<uuid:code>/", Events.as_view({"get": "retrieve"}), name="api-lineage-event"),
    path("lineage/events/<uuid:code>/replay/", Events.as_view({"post": "replay"}), name="api-lineage-replay"),
    path("lineage/runs/", Runs.as_view({"get": "list"}), name="api-lineage-runs"),
    path("lineage/runs/<uuid:code>/", Runs.as_view({"get": "retrieve"}), name="api-lineage-run"),
]

# lineage/graph/
graph = [
    path("lineage/graph/<uuid:code>/", Picture.as_view(), name="api-lineage-graph"),
    path("lineage/<uuid:code>/upstream/", Upstream.as_view(), name="api-lineage-upstream"),
    path("lineage/<uuid:code>/downstream/", Downstream.as_view(), name="api-lineage-downstream"),
]

urlpatterns = [*doors, *kept, *graph]
