"""The pages of this floor."""

from django.urls import URLPattern, URLResolver, include, path

from catalog.assets.urls import urlpatterns as assets
from catalog.bulk.urls import urlpatterns as bulk
from catalog.certification.urls import urlpatterns as certification
from catalog.domainpages.urls import urlpatterns as domainpages
from catalog.domains.urls import urlpatterns as domains
from catalog.enforcement.urls import urlpatterns as enforcement
from catalog.exchange.urls import urlpatterns as exchange
from catalog.glossary.urls import urlpatterns as terms
from catalog.harvest.urls import urlpatterns as harvests
from catalog.history.urls import urlpatterns as history
from catalog.people.urls import urlpatterns as people
from catalog.products.urls import of_assets as ports
from catalog.products.urls import urlpatterns as products
from catalog.properties.urls import urlpatterns as properties
from catalog.renames.urls import urlpatterns as renames
from catalog.savedviews.urls import urlpatterns as savedviews
from catalog.search.urls import urlpatterns as search
from catalog.sources.urls import urlpatterns as of_sources
from catalog.tags.urls import urlpatterns as tags
from catalog.termfiles.urls import urlpatterns as termfiles
from catalog.termlinks.urls import urlpatterns as termlinks
from catalog.termreviews.urls import urlpatterns as termreviews
from catalog.usage.urls import urlpatterns as usage

sources: list[URLPattern | URLResolver] = [
    *of_sources,
    *harvests,
    path("<uuid:code>/enforcement/", include(enforcement)),
]

catalog: list[URLPattern | URLResolver] = [
    *search,
    *savedviews,
    *history,
    *usage,
    *people,
    *tags,
    *certification,
    *properties,
    *assets,
    path("bulk/", include(bulk)),
    path("renames/", include(renames)),
    path("domains/", include([*domainpages, *domains])),
    *termlinks,
    *ports,
]

glossary: list[URLPattern | URLResolver] = [*termfiles, *termreviews, *terms]

urlpatterns = [
    path("catalog/glossary/", include((glossary, "glossary"))),
    path("catalog/exchange/", include((exchange, "exchange"))),
    path("catalog/products/", include((products, "products"))),
    path("catalog/", include((catalog, "catalog"))),
    path("sources/", include((sources, "sources"))),
]
