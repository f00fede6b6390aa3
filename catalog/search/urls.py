from django.urls import path

from catalog.search import elsewhere, views

# /catalog/
urlpatterns = [
    path("", views.search, name="search"),
    path("build/", views.build, name="build"),
    path("elsewhere/", elsewhere.elsewhere, name="elsewhere"),
    path("elsewhere/tabs/", elsewhere.tabs, name="search-tabs"),
    path("suggest/", views.suggest, name="suggest"),
    path("export/", views.export, name="export"),
]
