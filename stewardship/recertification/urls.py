from django.urls import path

from stewardship.recertification import views

app_name = "recertification"

# /access/campaigns/
urlpatterns = [
    path("", views.campaigns, name="list"),
    path("new/", views.start, name="start"),
    path("<uuid:code>/", views.campaign, name="campaign"),
    path("items/<uuid:code>/keep/", views.keep, name="keep"),
    path("items/<uuid:code>/drop/", views.drop, name="drop"),
]
