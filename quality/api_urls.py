"""The endpoints of this floor, below /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from quality.rules.api import Rules
from quality.runs.api import EvaluateAsset, EvaluateRule, Results, Violations

router = SimpleRouter(use_regex_path=False)
router.register("rules", Rules, basename="api-rule")
router.register("results", Results, basename="api-result")
router.register("violations", Violations, basename="api-violation")
urlpatterns = [
    path("rules/<uuid:code>/evaluate/", EvaluateRule.as_view(), name="api-rule-evaluate"),
    path("assets/<uuid:code>/evaluate/", EvaluateAsset.as_view(), name="api-asset-evaluate"),
    *router.urls,
]
