"""The pages of this floor."""

from django.urls import include, path

urlpatterns = [path("ml/", include("mlgovernance.dossiers.urls"))]
