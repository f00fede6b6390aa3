from django.urls import path

from catalog.domains import views

# /catalog/domains/
urlpatterns = [
    path("", views.domains, name="domains"),
    path("add/", views.add, name="domain-add"),
    path("<uuid:code>/edit/", views.edit, name="domain-edit"),
]
