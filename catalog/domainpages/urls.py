from django.urls import path

from catalog.domainpages import views

# /catalog/domains/
urlpatterns = [path("<uuid:code>/", views.domain, name="domain")]
