from django.urls import path

from catalog.bulk import views

# /catalog/bulk/
urlpatterns = [
    path("", views.edits, name="bulk-edits"),
    path("new/", views.new, name="bulk-new"),
    path("<uuid:code>/", views.edit, name="bulk-edit"),
    path("<uuid:code>/start/", views.start, name="bulk-start"),
    path("<uuid:code>/discard/", views.discard, name="bulk-discard"),
    path("<uuid:code>/undo/", views.undo, name="bulk-undo"),
    path("<uuid:code>/export/", views.export, name="bulk-export"),
]
