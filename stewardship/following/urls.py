from django.urls import path

from stewardship.following import views

app_name = "following"

# /following/
urlpatterns = [
    path("", views.following, name="list"),
    path("export/", views.export, name="export"),
    path("<slug:about>/<uuid:code>/follow/", views.follow, name="follow"),
    path("<slug:about>/<uuid:code>/unfollow/", views.unfollow, name="unfollow"),
]
