from django.urls import path

from accesscontrol.breakglass import views

app_name = "breakglass"

# /access/
urlpatterns = [
    path("emergency/", views.declare, name="declare"),
    path("emergencies/", views.emergencies, name="list"),
    path("emergencies/<uuid:code>/", views.emergency, name="emergency"),
    path("emergencies/<uuid:code>/end/", views.end, name="end"),
    path("emergencies/<uuid:code>/review/", views.review, name="review"),
]
