from django.urls import path

from catalog.certification import views

# /catalog/
urlpatterns = [path("assets/<uuid:code>/certificate/", views.certify, name="certify")]
