from django.urls import path

from stewardship.simulations import views

app_name = "simulations"

# /access/
urlpatterns = [
    path("simulations/", views.simulations, name="list"),
    path("simulations/new/", views.create, name="create"),
    path("simulations/of/<uuid:code>/", views.of_set, name="of_set"),
    path("simulations/of/<uuid:code>/run/", views.run, name="run"),
    path("simulations/<uuid:code>/", views.simulation, name="simulation"),
    path("simulations/<uuid:code>/cancel/", views.cancel, name="cancel"),
]
