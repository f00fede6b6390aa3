"""The portal's addresses, and one of a floor above that has a tab."""

from django.urls import path

from govportal.urls import urlpatterns as portal
from tests.catalog.assets.test_page import fragment

urlpatterns = [*portal, path("checks/<uuid:code>/", fragment, name="checks-panel")]
