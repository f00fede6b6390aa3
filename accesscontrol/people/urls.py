from django.urls import path

from accesscontrol.people import views

app_name = "people"

# /access/people/
urlpatterns = [
    path("", views.people, name="list"),
    path("new/", views.create, name="create"),
    path("<uuid:code>/", views.person, name="person"),
    path("<uuid:code>/edit/", views.edit, name="edit"),
    path("<uuid:code>/deactivate/", views.deactivate, name="deactivate"),
    path("<uuid:code>/reactivate/", views.reactivate, name="reactivate"),
    path("<uuid:code>/link/", views.new_link, name="link"),
    path("<uuid:code>/tokens/", views.give_token, name="token"),
    path("<uuid:code>/tokens/<uuid:token>/revoke/", views.end_token, name="end-token"),
]
