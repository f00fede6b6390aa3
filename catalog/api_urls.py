"""The endpoints of this floor, below /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from catalog.assets.api import Assets, Fields
from catalog.bulk.api import BulkEdits
from catalog.certification.api import Certificates
from catalog.completeness.api import AssetCompleteness
from catalog.domains.api import Domains
from catalog.enforcement import api as enforcement
from catalog.exchange.api import ExportMetadata, MetadataImports
from catalog.glossary.api import Terms
from catalog.harvest.api import Harvests, SourceHarvests
from catalog.history import api as history
from catalog.products.api import Products
from catalog.properties.api import Properties
from catalog.renames.api import Renames
from catalog.savedviews.api import SavedViews
from catalog.search.api import Search
from catalog.search.elsewhere_api import Elsewhere, Suggest
from catalog.sources.api import Sources
from catalog.tags import api as tags
from catalog.termfiles.api import ExportTerms, ImportTerms
from catalog.termlinks.api import AssetTerms
from catalog.termreviews.api import TermReviews
from catalog.usage.api import AssetUsage, ImportQueries

router = SimpleRouter(use_regex_path=False)
router.register("assets", Assets, basename="api-asset")
router.register("fields", Fields, basename="api-field")
router.register("classifications", tags.Classifications, basename="api-classification")
router.register("properties", Properties, basename="api-property")
router.register("tags", tags.Tags, basename="api-tag")
router.register("domains", Domains, basename="api-domain")
router.register("bulk-edits", BulkEdits, basename="api-bulk-edit")
router.register("saved-views", SavedViews, basename="api-saved-view")
router.register("metadata-imports", MetadataImports, basename="api-metadata-import")
router.register("terms", Terms, basename="api-term")
router.register("products", Products, basename="api-product")
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

REVIEWS = ("submit", "approve", "reject", "reopen", "deprecate")

# /api/v1/terms/
terms: list[URLPattern | URLResolver] = [
    path("import/", ImportTerms.as_view(), name="api-terms-import"),
    path("export/", ExportTerms.as_view(), name="api-terms-export"),
    path("suggest/", TermReviews.as_view({"post": "suggest"}), name="api-term-suggest"),
    *(
        path(f"<uuid:code>/{verb}/", TermReviews.as_view({"post": verb}), name=f"api-term-{verb}")
        for verb in REVIEWS
    ),
]

# /api/v1/assets/<code>/terms/
asset_terms: list[URLPattern | URLResolver] = [
    path("", AssetTerms.as_view({"get": "terms", "post": "link"}), name="api-asset-terms"),
    path("remove/", AssetTerms.as_view({"post": "unlink"}), name="api-asset-terms-remove"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("terms/", include(terms)),
    path("metadata/export/", ExportMetadata.as_view(), name="api-metadata-export"),
    path("assets/<uuid:code>/terms/", include(asset_terms)),
    *router.urls,
    path("sources/<uuid:code>/enforcement/", include(enforced)),
    path(
        "sources/<uuid:code>/harvests/", SourceHarvests.as_view({"get": "list"}), name="api-source-harvests"
    ),
    path("assets/<uuid:code>/versions/", include(versions)),
    path("assets/<uuid:code>/tags/", tags.TagsOfAsset.as_view(), name="api-asset-tags"),
    path("assets/<uuid:code>/completeness/", AssetCompleteness.as_view(), name="api-completeness"),
    path("assets/<uuid:code>/certificates/", Certificates.as_view(), name="api-certificates"),
    path("fields/<uuid:code>/tags/", tags.TagsOfField.as_view(), name="api-field-tags"),
    path("changes/", history.Changes.as_view({"get": "list"}), name="api-changes"),
    path("sources/<uuid:code>/queries/", ImportQueries.as_view(), name="api-source-queries"),
    path("assets/<uuid:code>/usage/", AssetUsage.as_view(), name="api-asset-usage"),
    path("search/", Search.as_view(), name="api-search"),
    path("search/suggest/", Suggest.as_view(), name="api-search-suggest"),
    path("search/elsewhere/", Elsewhere.as_view(), name="api-search-elsewhere"),
]
