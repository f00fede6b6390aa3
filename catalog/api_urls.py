"""The endpoints of this floor, below /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from catalog.assets.api import Assets, Fields
from catalog.domains.api import Domains
from catalog.enforcement import api as enforcement
from catalog.harvest.api import Harvests, SourceHarvests
from catalog.history import api as history
from catalog.renames.api import Renames
from catalog.search.api import Search
from catalog.sources.api import Sources
from catalog.usage.api import AssetUsage, ImportQueries

router = SimpleRouter(use_regex_path=False)
router.register("assets", Assets, basename="api-asset")
router.register("fields", Fields, basename="api-field")
router.register("domains", Domains, basename="api-domain")
router.register("renames", Renames, basename="api-rename")
router.register("sources", Sources, basename="api-source")
router.register("harvests", Harvests, basename="api-harvest")

# /api/v1/sources/<code>/enforcement/
enforced: list[URLPattern | URLResolver] = [
    path("", enforcement.EnforcementState.as_view(), name="api-enforcement"),
    path("verify/", enforcement.Verify.as_view(), name="api-enforcement-verify"),
    path("drift/", enforcement.Drift.as_view(), name="api-enforcement-drift"),
    path("plans/", enforcement.Plans.as_view(), name="api-enforcement-plans"),
    path("plans/<int:number>/", enforcement.OnePlan.as_view(), name="api-enforcement-plan"),
    path("plans/<int:number>/review/", enforcement.AskReview.as_view(), name="api-enforcement-review"),
    path("plans/<int:number>/approve/", enforcement.Approve.as_view(), name="api-enforcement-approve"),
    path("plans/<int:number>/apply/", enforcement.Apply.as_view(), name="api-enforcement-apply"),
    path("plans/<int:number>/reverse/", enforcement.Reverse.as_view(), name="api-enforcement-reverse"),
]

# /api/v1/assets/<code>/versions/
versions: list[URLPattern | URLResolver] = [
    path("", history.Versions.as_view({"get": "list"}), name="api-versions"),
    path("compare/", history.CompareVersions.as_view(), name="api-versions-compare"),
    path("<int:number>/", history.OneVersion.as_view(), name="api-version"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path("sources/<uuid:code>/enforcement/", include(enforced)),
    path(
        "sources/<uuid:code>/harvests/", SourceHarvests.as_view({"get": "list"}), name="api-source-harvests"
    ),
    path("assets/<uuid:code>/versions/", include(versions)),
    path("changes/", history.Changes.as_view({"get": "list"}), name="api-changes"),
    path("sources/<uuid:code>/queries/", ImportQueries.as_view(), name="api-source-queries"),
    path("assets/<uuid:code>/usage/", AssetUsage.as_view(), name="api-asset-usage"),
    path("search/", Search.as_view(), name="api-search"),
]
