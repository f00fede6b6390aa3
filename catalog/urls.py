"""The pages of this floor."""

from django.urls import URLPattern, URLResolver, include, path

from catalog.assets.urls import urlpatterns as assets
from catalog.domains.urls import urlpatterns as domains
from catalog.enforcement.urls import urlpatterns as enforcement
from catalog.harvest.urls import urlpatterns as harvests
from catalog.history.urls import urlpatterns as history
from catalog.proposing.views import propose_change
from catalog.renames.urls import urlpatterns as renames
from catalog.search.urls import urlpatterns as search
from catalog.sources.urls import urlpatterns as of_sources
from catalog.usage.urls import urlpatterns as usage

sources: list[URLPattern | URLResolver] = [
    *of_sources,
    *harvests,
    path("<uuid:code>/enforcement/", include(enforcement)),
]

catalog: list[URLPattern | URLResolver] = [
    *search,
    path("assets/<uuid:code>/propose/", propose_change, name="propose"),
    *history,
    *usage,
    *assets,
    path("renames/", include(renames)),
    path("domains/", include(domains)),
]

urlpatterns = [
    path("catalog/", include((catalog, "catalog"))),
    path("sources/", include((sources, "sources"))),
]
