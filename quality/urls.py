"""The pages of this floor."""

from django.urls import include, path

from quality.rules.urls import urlpatterns as rules
from quality.runs.urls import urlpatterns as runs

urlpatterns = [path("quality/", include(([*runs, *rules], "quality")))]
