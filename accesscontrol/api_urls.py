"""The endpoints of this floor, below /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from accesscontrol.audit.api import Entries
from accesscontrol.grants.api import Grants
from accesscontrol.identity.api import Me, Tokens
from accesscontrol.people.api import People
from accesscontrol.policy.api import AttributeApi, PolicyApi
from accesscontrol.policysets.api import PolicySetApi
from accesscontrol.reach.api import ExplainApi, WhatApi, WhoApi
from accesscontrol.roles.api import Roles
from accesscontrol.teams.api import Teams

router = SimpleRouter(use_regex_path=False)
router.register("audit", Entries, basename="api-audit")
router.register("grants", Grants, basename="api-grant")
router.register("people", People, basename="api-person")
router.register("policies", PolicyApi, basename="api-policy")
router.register("policy-sets", PolicySetApi, basename="api-policyset")
router.register("roles", Roles, basename="api-role")
router.register("teams", Teams, basename="api-team")
router.register("tokens", Tokens, basename="api-token")
urlpatterns = [
    path("me/", Me.as_view(), name="api-me"),
    path("policy-attributes/", AttributeApi.as_view(), name="api-policy-attributes"),
    path("access/explain/", ExplainApi.as_view(), name="api-explain"),
    path("access/who/<uuid:code>/", WhoApi.as_view(), name="api-who"),
    path("access/what/<str:username>/", WhatApi.as_view(), name="api-what"),
    *router.urls,
]
