from django.urls import path

from catalog.glossary import views

# /catalog/glossary/
urlpatterns = [
    path("", views.terms, name="list"),
    path("add/", views.add, name="add"),
    path("<uuid:code>/", views.term, name="term"),
    path("<uuid:code>/below/", views.below, name="below"),
    path("<uuid:code>/relations/", views.relations, name="relations"),
    path("<uuid:code>/relations/remove/", views.unrelate, name="unrelate"),
    path("<uuid:code>/assets/", views.assets, name="assets"),
    path("<uuid:code>/history/", views.history, name="history"),
    path("<uuid:code>/edit/", views.edit, name="edit"),
    path("<uuid:code>/delete/", views.remove, name="delete"),
]
