from django.urls import path

from accesscontrol.roles import views

app_name = "roles"

# /access/roles/
urlpatterns = [
    path("", views.roles, name="list"),
    path("new/", views.create, name="create"),
    path("<int:number>/", views.role, name="role"),
    path("<int:number>/permissions/", views.change, name="change"),
    path("<int:number>/rename/", views.rename, name="rename"),
    path("<int:number>/delete/", views.delete, name="delete"),
]
