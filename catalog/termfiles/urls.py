from django.urls import path

from catalog.termfiles import views

# /catalog/glossary/
urlpatterns = [
    path("export/", views.export, name="export"),
    path("import/", views.preview, name="import"),
    path("import/load/", views.load, name="load"),
]
