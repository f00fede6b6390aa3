from django.urls import path

from catalog.renames import views

# /catalog/renames/
urlpatterns = [
    path("<uuid:code>/", views.rename, name="rename"),
    path("<uuid:code>/accept/", views.accept, name="rename-accept"),
    path("<uuid:code>/decline/", views.decline, name="rename-decline"),
]
