from django.urls import path

from accesscontrol.teams import views

app_name = "teams"

# /access/teams/
urlpatterns = [
    path("", views.teams, name="list"),
    path("new/", views.create, name="create"),
    path("<uuid:code>/", views.team, name="team"),
    path("<uuid:code>/rename/", views.rename, name="rename"),
    path("<uuid:code>/delete/", views.delete, name="delete"),
    path("<uuid:code>/members/", views.add_member, name="add-member"),
    path("<uuid:code>/members/<uuid:person>/remove/", views.remove_member, name="remove-member"),
]
