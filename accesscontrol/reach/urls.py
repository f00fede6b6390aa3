from django.urls import path

from accesscontrol.reach import views

app_name = "reach"

# /access/
urlpatterns = [
    path("reach/", views.index, name="index"),
    path("who/<uuid:code>/", views.who, name="who"),
    path("who/<uuid:code>/others/", views.others, name="others"),
    path("what/<str:username>/", views.what, name="what"),
    path("why/<uuid:code>/", views.why, name="why"),
]
