"""The pages of this floor."""

from django.urls import include, path

from compliance.consent import views as consent
from compliance.requests import views as requests

# /compliance/
compliance = [
    path("", requests.board, name="board"),
    path("requests/new/", requests.new_request, name="request-new"),
    path("requests/<uuid:code>/", requests.subject_request, name="request"),
    path("requests/<uuid:code>/verify/", requests.verify, name="request-verify"),
    path("requests/<uuid:code>/collect/", requests.collect, name="request-collect"),
    path("requests/<uuid:code>/extend/", requests.extend, name="request-extend"),
    path("requests/<uuid:code>/answer/", requests.answer, name="request-answer"),
    path("requests/<uuid:code>/refuse/", requests.refuse, name="request-refuse"),
    path("requests/<uuid:code>/package/", requests.package, name="request-package"),
    path("consent/", consent.consents, name="consents"),
    path("consent/new/", consent.new_consent, name="consent-new"),
    path("consent/<uuid:code>/revoke/", consent.revoke, name="consent-revoke"),
]

urlpatterns = [path("compliance/", include((compliance, "compliance")))]
