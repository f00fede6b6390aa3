from django.urls import path

from stewardship.announcements import views

app_name = "announcements"

# /announcements/
urlpatterns = [
    path("", views.announcements, name="list"),
    path("export/", views.export, name="export"),
    path("new/", views.create, name="create"),
    path("<uuid:code>/end/", views.end, name="end"),
]
