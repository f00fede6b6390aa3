"""Pages about the graph, below /lineage/."""

from django.urls import path

from lineage.graph import views

urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:code>/", views.graph, name="graph"),
    path("<uuid:code>/elements/", views.elements, name="elements"),
    path("<uuid:code>/panel/", views.panel, name="panel"),
    path("<uuid:code>/tab/", views.tab, name="tab"),
    path("<uuid:code>/behind/", views.behind, name="behind"),
]
