from django.urls import path

from catalog.usage import views

# /catalog/
urlpatterns = [path("assets/<uuid:code>/queries/panel/", views.panel, name="usage-panel")]
