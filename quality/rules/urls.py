from django.urls import path

from quality.rules import views

# /quality/
urlpatterns = [
    path("assets/<uuid:code>/rules/new/", views.new, name="new-rule"),
    path("rules/<uuid:code>/change/", views.change, name="change"),
    path("rules/<uuid:code>/enable/", views.enable, name="enable"),
    path("rules/<uuid:code>/disable/", views.disable, name="disable"),
    path("rules/<uuid:code>/delete/", views.delete, name="delete"),
]
