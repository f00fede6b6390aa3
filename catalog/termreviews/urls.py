from django.urls import path

from catalog.termreviews import views

# /catalog/glossary/
urlpatterns = [
    path("suggest/", views.suggest, name="suggest"),
    path("<uuid:code>/propose/", views.propose, name="propose"),
    path("<uuid:code>/submit/", views.submit, name="submit"),
    path("<uuid:code>/approve/", views.approve, name="approve"),
    path("<uuid:code>/reject/", views.reject, name="reject"),
    path("<uuid:code>/reopen/", views.reopen, name="reopen"),
    path("<uuid:code>/deprecate/", views.deprecate, name="deprecate"),
]
