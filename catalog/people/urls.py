from django.urls import path

from catalog.people import views

# /catalog/
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/export/", views.export, name="people-export"),
    path("people/<uuid:code>/", views.person, name="person"),
    path("teams/", views.teams, name="teams"),
    path("teams/<uuid:code>/", views.team, name="team"),
]
