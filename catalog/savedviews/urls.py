from django.urls import path

from catalog.savedviews import views

# /catalog/
urlpatterns = [
    path("views/", views.views, name="saved-views"),
    path("views/part/", views.part, name="saved-views-part"),
    path("views/new/", views.new, name="saved-view-new"),
    path("views/<uuid:code>/edit/", views.edit, name="saved-view-edit"),
    path("views/<uuid:code>/delete/", views.delete, name="saved-view-delete"),
]
