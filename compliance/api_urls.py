"""The endpoints of this floor, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from compliance.consent.api import Consents
from compliance.requests.api import SubjectRequests

router = SimpleRouter(use_regex_path=False)
router.register("consents", Consents, basename="api-consent")
router.register("subject-requests", SubjectRequests, basename="api-subject-request")
urlpatterns = router.urls
