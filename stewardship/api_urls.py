"""The endpoints of this floor, below /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from stewardship.accessrequests.api import AccessRequests
from stewardship.approvals.api import Proposals
from stewardship.coverage.api import CoverageApi
from stewardship.jobs.api import Jobs
from stewardship.notices.api import Notices
from stewardship.recertification.api import Campaigns, Items
from stewardship.simulations.api import Simulations

router = SimpleRouter(use_regex_path=False)
router.register("access-requests", AccessRequests, basename="api-access-request")
router.register("campaigns", Campaigns, basename="api-campaign")
router.register("campaign-items", Items, basename="api-campaign-item")
router.register("jobs", Jobs, basename="api-job")
router.register("notices", Notices, basename="api-notice")
router.register("proposals", Proposals, basename="api-proposal")
router.register("access/simulations", Simulations, basename="api-simulation")
urlpatterns = [path("access/coverage/", CoverageApi.as_view(), name="api-coverage"), *router.urls]
