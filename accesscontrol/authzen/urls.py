from django.urls import path

from accesscontrol.authzen import api

app_name = "authzen"

# The addresses that the specification gives, so neither /api/ nor a slash at the end.
urlpatterns = [
    path("access/v1/evaluation", api.Evaluation.as_view(), name="evaluation"),
    path("access/v1/evaluations", api.Evaluations.as_view(), name="evaluations"),
    path("access/v1/search/subject", api.SubjectSearch.as_view(), name="search-subject"),
    path("access/v1/search/resource", api.ResourceSearch.as_view(), name="search-resource"),
    path("access/v1/search/action", api.ActionSearch.as_view(), name="search-action"),
    path(".well-known/authzen-configuration", api.Configuration.as_view(), name="configuration"),
]
