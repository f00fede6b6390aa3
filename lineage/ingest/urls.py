"""Pages about events and runs, below /lineage/."""

from django.urls import path

from lineage.ingest import views

# events/
events = [
    path("events/", views.events, name="events"),
    path("events/<uuid:code>/", views.event, name="event"),
    path("events/<uuid:code>/replay/", views.replay, name="replay"),
]

# runs/
runs = [
    path("runs/", views.runs, name="runs"),
    path("runs/latest/", views.latest_runs, name="latest-runs"),
]

urlpatterns = [*events, *runs]
