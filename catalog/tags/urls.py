from django.urls import path

from catalog.tags import views

# /catalog/
urlpatterns = [
    path("tags/", views.tags, name="tags"),
    path("tags/import/", views.import_tags, name="tags-import"),
    path("tags/usual/", views.add_usual, name="tags-usual"),
    path("tags/<uuid:code>/", views.tag, name="tag"),
    path("tags/<uuid:code>/edit/", views.change_tag, name="tag-edit"),
    path("tags/<uuid:code>/delete/", views.delete_tag, name="tag-delete"),
    path("classifications/add/", views.add_classification, name="classification-add"),
    path("classifications/<uuid:code>/edit/", views.change_classification, name="classification-edit"),
    path("classifications/<uuid:code>/delete/", views.delete_classification, name="classification-delete"),
    path("classifications/<uuid:code>/tags/add/", views.add_tag, name="tag-add"),
    path("assets/<uuid:code>/tags/", views.tag_asset, name="asset-tags"),
    path("fields/<uuid:code>/tags/", views.tag_field, name="field-tags"),
]
