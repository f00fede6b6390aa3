from django.urls import path

from stewardship.delegations import views

app_name = "delegations"

# /account/deputies/
urlpatterns = [
    path("", views.deputies, name="deputies"),
    path("<uuid:code>/end/", views.end, name="end"),
]
