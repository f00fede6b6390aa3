"""The endpoints of this floor, below /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from stewardship.accessrequests.api import AccessRequests
from stewardship.announcements.api import Announcements
from stewardship.approvals.api import Proposals
from stewardship.chains.api import Chains
from stewardship.coverage.api import CoverageApi
from stewardship.delegations.api import Delegations
from stewardship.discussions.api import Discussions, PeopleToMention, Posts
from stewardship.following.api import FollowOne, Follows
from stewardship.inbox.api import InboxApi, InboxApproveApi, InboxHandOverApi, InboxRejectApi
from stewardship.jobs.api import Jobs
from stewardship.notices.api import Notices
from stewardship.recertification.api import Campaigns, Items
from stewardship.simulations.api import Simulations

router = SimpleRouter(use_regex_path=False)
router.register("access-requests", AccessRequests, basename="api-access-request")
router.register("chains", Chains, basename="api-chain")
router.register("campaigns", Campaigns, basename="api-campaign")
router.register("campaign-items", Items, basename="api-campaign-item")
router.register("announcements", Announcements, basename="api-announcement")
router.register("follows", Follows, basename="api-follow")
router.register("discussions", Discussions, basename="api-discussion")
router.register("posts", Posts, basename="api-post")
router.register("delegations", Delegations, basename="api-delegation")
router.register("jobs", Jobs, basename="api-job")
router.register("notices", Notices, basename="api-notice")
router.register("proposals", Proposals, basename="api-proposal")
router.register("access/simulations", Simulations, basename="api-simulation")
urlpatterns = [
    path("access/coverage/", CoverageApi.as_view(), name="api-coverage"),
    path(
        "discussions/people/<slug:about>/<uuid:code>/",
        PeopleToMention.as_view(),
        name="api-people-to-mention",
    ),
    path("follows/<slug:about>/<uuid:code>/", FollowOne.as_view(), name="api-follow-one"),
    path("inbox/", InboxApi.as_view(), name="api-inbox"),
    path("inbox/approve/", InboxApproveApi.as_view(), name="api-inbox-approve"),
    path("inbox/reject/", InboxRejectApi.as_view(), name="api-inbox-reject"),
    path("inbox/hand-over/", InboxHandOverApi.as_view(), name="api-inbox-hand-over"),
    *router.urls,
]
