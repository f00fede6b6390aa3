from django.urls import path

from catalog.sources import views

# /sources/
urlpatterns = [
    path("", views.sources, name="list"),
    path("add/", views.add, name="add"),
    path("import/", views.import_document, name="import"),
    path("<uuid:code>/", views.source, name="source"),
    path("<uuid:code>/export/", views.export, name="export"),
    path("<uuid:code>/remove/", views.remove, name="remove"),
    path("<uuid:code>/edit/", views.edit, name="edit"),
    path("<uuid:code>/test/", views.test, name="test"),
    path("<uuid:code>/harvest/", views.harvest, name="harvest"),
]
