from django.urls import path

from catalog.assets import views

# /catalog/
urlpatterns = [
    path("to-ask-for/", views.to_ask_for, name="to-ask-for"),
    path("assets/<uuid:code>/", views.asset, name="asset"),
    path("assets/<uuid:code>/edit/", views.edit_asset, name="asset-edit"),
    path("assets/<uuid:code>/lifecycle/", views.lifecycle, name="lifecycle"),
    path("assets/<uuid:code>/description/", views.describe, name="describe"),
    path("assets/<uuid:code>/keys/", views.keys, name="keys"),
    path("assets/<uuid:code>/activity/", views.activity, name="activity"),
    path("assets/<uuid:code>/<slug:slug>/", views.panel, name="panel"),
    path("fields/<uuid:code>/", views.field, name="field"),
    path("fields/<uuid:code>/edit/", views.edit_field, name="field-edit"),
]
