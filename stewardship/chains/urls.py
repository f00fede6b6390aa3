from django.urls import path

from stewardship.chains import views

app_name = "chains"

# /inbox/chains/
urlpatterns = [
    path("", views.chains, name="list"),
    path("new/", views.add, name="new"),
    path("<uuid:code>/", views.chain, name="chain"),
    path("<uuid:code>/edit/", views.edit, name="edit"),
    path("<uuid:code>/switch/", views.switch, name="switch"),
]
