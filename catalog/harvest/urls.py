from django.urls import path

from catalog.harvest import views

# /sources/
urlpatterns = [
    path("<uuid:code>/harvests/", views.harvests, name="harvests"),
    path("harvests/<uuid:code>/", views.run, name="run"),
]
