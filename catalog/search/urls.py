from django.urls import path

from catalog.search import views

# /catalog/
urlpatterns = [
    path("", views.search, name="search"),
    path("suggest/", views.suggest, name="suggest"),
    path("export/", views.export, name="export"),
]
