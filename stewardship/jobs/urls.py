from django.urls import path

from stewardship.jobs import views

app_name = "jobs"

# /jobs/
urlpatterns = [
    path("", views.jobs, name="list"),
    path("<uuid:code>/", views.job, name="job"),
    path("<uuid:code>/cancel/", views.cancel, name="cancel"),
]
