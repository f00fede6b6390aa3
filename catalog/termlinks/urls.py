from django.urls import path

from catalog.termlinks import views

# /catalog/assets/
urlpatterns = [
    path("assets/<uuid:code>/terms/link/", views.link, name="link-term"),
    path("assets/<uuid:code>/terms/propose/", views.propose_link, name="propose-term"),
    path("assets/<uuid:code>/terms/unlink/", views.unlink, name="unlink-term"),
]
