"""The pages of this floor."""

from django.urls import include, path

from lineage.graph.urls import urlpatterns as graph
from lineage.ingest.urls import urlpatterns as ingest

urlpatterns = [path("lineage/", include(([*graph, *ingest], "lineage")))]
