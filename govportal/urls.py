"""Where everything is: pages by floor, the API under /api/v1/."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from govportal import views
from govportal.health import healthz

FLOORS = [
    "accesscontrol",
    "stewardship",
    "catalog",
    "lineage",
    "quality",
    "mlgovernance",
    "compliance",
]

pages = [
    path("", views.home, name="home"),
    path("counts/", views.counts, name="counts"),
    path("healthz", healthz, name="healthz"),
    path("theme/", views.theme, name="theme"),
]

# /api/
api: list[URLPattern | URLResolver] = [
    *(path("v1/", include(f"{floor}.api_urls")) for floor in FLOORS),
    path("schema/", views.ApiSchema.as_view(), name="schema"),
    path("docs/", views.ApiDocs.as_view(), name="api-docs"),
]

urlpatterns = [
    *pages,
    *(path("", include(f"{floor}.urls")) for floor in FLOORS),
    path("api/", include(api)),
    path("admin/", admin.site.urls),
]

handler400 = "govportal.errors.bad_request"
handler403 = "govportal.errors.permission_denied"
handler404 = "govportal.errors.not_found"
handler500 = "govportal.errors.server_error"
