from django.urls import path

from catalog.properties import views

# /catalog/
urlpatterns = [
    path("properties/", views.properties, name="properties"),
    path("properties/add/", views.add_property, name="property-add"),
    path("properties/<uuid:code>/edit/", views.change_property, name="property-edit"),
    path("properties/<uuid:code>/delete/", views.delete_property, name="property-delete"),
    path("assets/<uuid:code>/properties/", views.values, name="asset-properties"),
]
