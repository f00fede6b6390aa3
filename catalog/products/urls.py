from django.urls import path

from catalog.products import views

# /catalog/products/
urlpatterns = [
    path("", views.products, name="list"),
    path("add/", views.add, name="add"),
    path("suggest/", views.suggest, name="suggest"),
    path("<uuid:code>/", views.product, name="product"),
    path("<uuid:code>/edit/", views.edit, name="edit"),
    path("<uuid:code>/propose/", views.propose, name="propose"),
    path("<uuid:code>/delete/", views.remove, name="delete"),
    path("<uuid:code>/ports/remove/", views.remove_port, name="remove-port"),
]

# /catalog/assets/
of_assets = [
    path("assets/<uuid:code>/products/add/", views.add_port, name="add-port"),
    path("assets/<uuid:code>/products/propose/", views.propose_port, name="propose-port"),
]
