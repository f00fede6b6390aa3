from django.urls import path

from mlgovernance.dossiers import views

app_name = "ml"

# /ml/
urlpatterns = [
    path("", views.models, name="models"),
    path("models/<uuid:code>/", views.model, name="model"),
    path("models/<uuid:code>/approve/", views.approve, name="approve"),
    path("models/<uuid:code>/reject/", views.reject, name="reject"),
    path("models/<uuid:code>/status/", views.change_status, name="status"),
    path("assets/<uuid:code>/panel/", views.panel, name="panel"),
]
