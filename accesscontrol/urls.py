"""The pages of this floor."""

from django.urls import include, path

urlpatterns = [
    path("", include("accesscontrol.authzen.urls")),
    path("audit/", include("accesscontrol.audit.urls")),
    path("access/", include("accesscontrol.breakglass.urls")),
    path("access/grants/", include("accesscontrol.grants.urls")),
    path("access/people/", include("accesscontrol.people.urls")),
    path("access/roles/", include("accesscontrol.roles.urls")),
    path("access/teams/", include("accesscontrol.teams.urls")),
    path("access/", include("accesscontrol.policysets.urls")),
    path("access/", include("accesscontrol.policy.urls")),
    path("access/", include("accesscontrol.reach.urls")),
    path("account/", include("accesscontrol.identity.urls")),
]
