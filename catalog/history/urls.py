from django.urls import path

from catalog.history import views

# /catalog/
urlpatterns = [
    path("changes/", views.latest, name="changes"),
    path("assets/<uuid:code>/history/", views.history, name="history"),
    path("assets/<uuid:code>/history/compare/", views.compare, name="history-compare"),
    path("assets/<uuid:code>/history/<int:number>/", views.version, name="version"),
]
