from django.urls import path

from accesscontrol.policy import views

app_name = "policies"

# /access/
urlpatterns = [
    path("policies/", views.policies, name="list"),
    path("policies/<uuid:code>/", views.policy, name="policy"),
    path("attributes/", views.attributes, name="attributes"),
    path("explain/", views.explain, name="explain"),
]
