from django.urls import path

from accesscontrol.audit import views

app_name = "audit"

# /audit/
urlpatterns = [
    path("", views.log, name="log"),
    path("export/", views.export, name="export"),
    path("<int:number>/", views.entry, name="entry"),
]
