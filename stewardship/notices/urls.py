from django.urls import path

from stewardship.notices import views

app_name = "notices"

# /notices/
urlpatterns = [
    path("", views.notices, name="list"),
    path("read/", views.read_all, name="read-all"),
    path("<uuid:code>/read/", views.read, name="read"),
]
