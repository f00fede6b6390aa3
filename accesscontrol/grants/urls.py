from django.urls import path

from accesscontrol.grants import views

app_name = "grants"

# /access/grants/
urlpatterns = [
    path("", views.grants, name="list"),
    path("new/", views.create, name="create"),
    path("about/<uuid:code>/", views.panel, name="panel"),
    path("<uuid:code>/", views.grant, name="grant"),
    path("<uuid:code>/revoke/", views.revoke, name="revoke"),
    path("<uuid:code>/extend/", views.extend, name="extend"),
]
